---To the next and the previous hunk, in this file and in all others, round at the end.
local choosing = require("agentxd.hunks.choosing")
local client = require("agentxd.client")
local compat = require("agentxd.compat")
local marks = require("agentxd.hunks.marks")
local state = require("agentxd.state")
local telling = require("agentxd.telling")

local M = {}

---@class agentxd.Stop
---@field path string
---@field row integer # 0-based
---@field hunk agentxd.Hunk

---Every place to stop at, in order; those of loaded buffers by the text as it is now.
---@param root string
---@return agentxd.Stop[]
local function stops(root)
  local found = {}
  local buffers = {}
  for _, hunk in ipairs(state.open_hunks(root)) do
    buffers[hunk.path] = buffers[hunk.path] or compat.buffer_named(root .. "/" .. hunk.path) or -1
    local bufnr = buffers[hunk.path]
    local row = bufnr ~= -1 and marks.place(bufnr, hunk.id) or hunk.startLine
    found[#found + 1] = { path = hunk.path, row = row, hunk = hunk }
  end
  table.sort(found, function(one, two)
    if one.path ~= two.path then
      return one.path < two.path
    elseif one.row ~= two.row then
      return one.row < two.row
    end
    return one.hunk.id < two.hunk.id
  end)
  return found
end

---@param path string
---@param row integer
---@param stop agentxd.Stop
---@return boolean
local function is_behind(path, row, stop)
  return stop.path > path or (stop.path == path and stop.row > row)
end

---@param path string
---@param row integer
---@param stop agentxd.Stop
---@return boolean
local function is_before(path, row, stop)
  return stop.path < path or (stop.path == path and stop.row < row)
end

---@param root string
---@param stop agentxd.Stop
function M.go(root, stop)
  local name = root .. "/" .. stop.path
  local here = client.path_of_buffer(vim.api.nvim_get_current_buf())
  vim.cmd("normal! m'")
  if here ~= stop.path then
    -- `hide`: text that is not saved stays as it is, whatever 'hidden' says.
    vim.cmd("hide edit " .. vim.fn.fnameescape(vim.fn.fnamemodify(name, ":.")))
    require("agentxd.hunks").refresh(vim.api.nvim_get_current_buf())
  end
  local row = math.min(stop.row, vim.api.nvim_buf_line_count(0) - 1)
  vim.api.nvim_win_set_cursor(0, { row + 1, 0 })
  vim.cmd("normal! zv")
  marks.make_room(vim.api.nvim_get_current_buf())
end

---Lines that a hunk at the end of its file stands behind count as its place for the cursor.
---@param stop agentxd.Stop
---@return integer
local function cursor_row(stop)
  local bufnr = vim.api.nvim_get_current_buf()
  local start = choosing.place(bufnr, stop.hunk)
  return math.min(start, vim.api.nvim_buf_line_count(bufnr) - 1)
end

---@param is_forward boolean
---@param count integer
function M.move(is_forward, count)
  local root = client.current_root()
  local all = root and stops(root) or {}
  if not root or #all == 0 then
    telling.tell("no hunk waits for a decision.")
    return
  end
  for _ = 1, math.max(count, 1) do
    local path = client.path_of_buffer(vim.api.nvim_get_current_buf()) or ""
    local row = vim.api.nvim_win_get_cursor(0)[1] - 1
    for _, stop in ipairs(all) do
      stop.row = stop.path == path and cursor_row(stop) or stop.row
    end
    local target
    if is_forward then
      target = vim.iter(all):find(function(stop)
        return is_behind(path, row, stop)
      end)
    else
      target = vim.iter(all):rfind(function(stop)
        return is_before(path, row, stop)
      end)
    end
    M.go(root, target or (is_forward and all[1] or all[#all]))
  end
end

return M
