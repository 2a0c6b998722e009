---A proposed file in a tab: two buffers of the daemon's texts in diff mode, or both sides of a conflict.
local client = require("agentxd.client")
local compat = require("agentxd.compat")
local drawing = require("agentxd.hunks.drawing")
local telling = require("agentxd.telling")

local M = {}

---@param name string
---@param text string
---@param path string
---@param title string
---@param hunk_id? string
local function fill(name, text, path, title, hunk_id)
  local known = compat.buffer_named(name)
  if known then
    vim.api.nvim_buf_delete(known, { force = true })
  end
  local bufnr = vim.api.nvim_create_buf(false, true)
  vim.api.nvim_buf_set_name(bufnr, name)
  local lines = drawing.lines(text)
  vim.api.nvim_buf_set_lines(bufnr, 0, -1, true, #lines > 0 and lines or { "" })
  vim.bo[bufnr].modifiable = false
  vim.bo[bufnr].bufhidden = "wipe"
  vim.bo[bufnr].filetype = vim.filetype.match({ filename = path, buf = bufnr }) or ""
  vim.b[bufnr].agentxd_hunk = hunk_id
  vim.api.nvim_win_set_buf(0, bufnr)
  vim.wo[0][0].winbar = title
  vim.keymap.set("n", "q", "<Cmd>tabclose<CR>", { buffer = bufnr, desc = "AgentX: close the diff" })
  vim.cmd("diffthis")
end

---@param left agentxd.DiffSide
---@param right agentxd.DiffSide
---@param path string
---@param hunk_id? string
local function show(left, right, path, hunk_id)
  vim.cmd("tabnew")
  local empty = vim.api.nvim_get_current_buf()
  vim.bo[empty].bufhidden = "wipe"
  fill(left.name, left.text, path, left.title, hunk_id)
  vim.cmd("rightbelow vsplit")
  -- A split takes the diff mode along; it is set anew for the buffer that comes.
  vim.cmd("diffoff")
  fill(right.name, right.text, path, right.title, hunk_id)
  vim.cmd("normal! gg")
  pcall(vim.cmd, "silent! normal! ]c")
end

---@class agentxd.DiffSide
---@field name string
---@field text string
---@field title string

---Both sides of a conflict: what stands there now, and what was proposed.
---@param hunk agentxd.Hunk
local function show_conflict(hunk)
  local title = "%%#AgentXConflict#%s%%* %s · %s"
  local reason = hunk.reason:gsub("%%", "%%%%") -- else a window bar would take it for an expression
  local ours = title:format(hunk.id, "what stands there now", reason)
  local theirs = title:format(hunk.id, "what was proposed", reason)
  show(
    { name = "agentx://ours/" .. hunk.id, text = hunk.oursText, title = ours },
    { name = "agentx://theirs/" .. hunk.id, text = hunk.theirsText, title = theirs },
    hunk.path,
    hunk.id
  )
end

---@param connection agentxd.Connection
---@param hunk agentxd.Hunk
---@param side "base"|"proposed"|"current"|"result"
---@param take fun(text: string)
local function ask(connection, hunk, side, take)
  connection:request(
    "agentx/proposal/text",
    { proposalId = hunk.proposalId, path = hunk.path, side = side },
    function(problem, result)
      if problem then
        telling.problem(problem)
      else
        take(result.text)
      end
    end
  )
end

---Show the file of a hunk as it is and as it would be; a conflict shows its two sides.
---@param hunk agentxd.Hunk
function M.open(hunk)
  local connection = client.get()
  if not connection then
    return
  end
  if hunk.state == "conflicted" then
    show_conflict(hunk)
    return
  end
  if hunk.encoding == "binary" then
    telling.warn(("%s is of a binary file; there are no lines to compare."):format(hunk.id))
    return
  end
  local is_open = require("agentxd.state").OPEN[hunk.state]
  local sides = is_open and { "current", "result" } or { "base", "proposed" }
  local titles = is_open and { "now", "with the open hunks" } or { "before", "as proposed" }
  ask(connection, hunk, sides[1], function(before)
    ask(connection, hunk, sides[2], function(after)
      local function side(index, text)
        return {
          name = ("agentx://%s/%s/%s"):format(sides[index], hunk.proposalId, hunk.path),
          text = text,
          title = ("%%#AgentXHeader#%s%%* %s, %s"):format(hunk.proposalId, hunk.path:gsub("%%", "%%%%"), titles[index]),
        }
      end
      show(side(1, before), side(2, after), hunk.path)
    end)
  end)
end

return M
