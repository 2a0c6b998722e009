---Lines of a buffer that go along with a goal or a prompt, as they stand in the editor now.
local M = {}

---@class agentxd.Attachment
---@field path string relative to the workspace
---@field first integer from 1
---@field last integer
---@field filetype string
---@field lines string[]

---The lines that a command was given as its range; nil without one.
---@param arguments agentxd.Arguments
---@return agentxd.Attachment?
function M.of_range(arguments)
  if arguments.range == 0 then
    return nil
  end
  local first, last = math.min(arguments.line1, arguments.line2), math.max(arguments.line1, arguments.line2)
  local path = require("agentxd.client").path_of_buffer(0) or vim.fn.expand("%:t")
  return {
    path = path ~= "" and path or "[no name]",
    first = first,
    last = last,
    filetype = vim.bo.filetype,
    lines = vim.api.nvim_buf_get_lines(0, first - 1, last, false),
  }
end

---@param attachment agentxd.Attachment
---@return string
function M.label(attachment)
  return ("%s:%d-%d"):format(attachment.path, attachment.first, attachment.last)
end

---A fence that is in none of the lines.
---@param lines string[]
---@return string
local function fence(lines)
  local longest = 2
  for _, line in ipairs(lines) do
    longest = math.max(longest, #(line:match("^%s*(`+)") or ""))
  end
  return ("`"):rep(longest + 1)
end

---The text with what is attached below it.
---@param text string
---@param attachments agentxd.Attachment[]
---@return string
function M.with(text, attachments)
  local lines = { text }
  for _, attachment in ipairs(attachments) do
    local mark = fence(attachment.lines)
    local words = "`%s`, lines %d to %d, as they stand in the editor:"
    vim.list_extend(lines, { "", words:format(attachment.path, attachment.first, attachment.last) })
    lines[#lines + 1] = mark .. attachment.filetype
    vim.list_extend(lines, attachment.lines)
    lines[#lines + 1] = mark
  end
  return table.concat(lines, "\n")
end

return M
