---A tool call in a few words: what it is about, and how it went.
local M = {}

local SUBJECTS = { "command", "path", "pattern", "query", "name", "question" }

---@param arguments any
---@return table
function M.decoded(arguments)
  if type(arguments) == "table" then
    return arguments
  end
  local is_json, found = pcall(vim.json.decode, arguments or "")
  return is_json and type(found) == "table" and found or {}
end

---What the call is about: its command, its path, its pattern; the first line of a plan or a patch.
---@param arguments table
---@return string
function M.subject(arguments)
  for _, name in ipairs(SUBJECTS) do
    if type(arguments[name]) == "string" then
      return (arguments[name]:gsub("%s+", " "))
    end
  end
  for _, name in ipairs({ "plan", "patch", "diff", "blocks" }) do
    if type(arguments[name]) == "string" then
      local text = arguments[name]
      return text:match("%*%*%* %a+ File: ([^\r\n]+)")
        or text:match("\n%+%+%+ b?/?([^\r\n\t]+)")
        or vim.trim(text):match("^[^\r\n]*")
    end
  end
  return ""
end

---How it went, where that is not just well.
---@param tool string
---@param output string
---@param is_error boolean
---@return string
function M.ending(tool, output, is_error)
  local first = vim.trim(output):match("^[^\r\n]*") or ""
  if is_error then
    return first
  end
  local code = tool == "run" and first:match("^exit code (%-?%d+)")
  return code and code ~= "0" and first:match("^exit code %-?%d+") or ""
end

---The arguments as lines, longest texts as they are.
---@param arguments table
---@return string[]
function M.argument_lines(arguments)
  local lines = {}
  local names = vim.tbl_keys(arguments)
  table.sort(names)
  for _, name in ipairs(names) do
    local value = arguments[name]
    local text = type(value) == "string" and value or vim.json.encode(value)
    local parts = vim.split((text:gsub("\n$", "")), "\n", { plain = true })
    lines[#lines + 1] = name .. ": " .. parts[1]
    for index = 2, #parts do
      lines[#lines + 1] = "  " .. parts[index]
    end
  end
  return lines
end

return M
