---A buffer that shows rows and is drawn anew without flicker: only rows that changed are touched,
---and the cursor stays on the thing that it was on.
local highlights = require("agentxd.ui.highlights")

---@class agentxd.Row
---@field key string what the row is about, unique in its buffer: the cursor follows it
---@field parts [string, string?][] texts with their highlight groups
---@field item? any what keys act on
---@field line? string drawn already
---@field mark? string

---@class agentxd.View
---@field buffer integer
---@field rows agentxd.Row[]
---@field private lines string[]
---@field private marks string[]
local View = {}
View.__index = View

local NAMESPACE = vim.api.nvim_create_namespace("agentxd.view")

---@type table<string, agentxd.View> name to view
local views = {}

---The view of this name; made where it is not there (any more).
---@param name string as `agentx://tasks`
---@param filetype string
---@param root string of the workspace that it is about
---@return agentxd.View view
---@return boolean is_new
function View.get(name, filetype, root)
  local known = views[name]
  if known and vim.api.nvim_buf_is_valid(known.buffer) then
    if not vim.api.nvim_buf_is_loaded(known.buffer) then
      vim.fn.bufload(known.buffer)
      known.lines, known.marks, known.rows = { "" }, { "" }, {}
    end
    return known, false
  end
  highlights.define()
  local buffer = vim.api.nvim_create_buf(false, true)
  vim.api.nvim_buf_set_name(buffer, name)
  vim.bo[buffer].buftype = "nofile"
  vim.bo[buffer].bufhidden = "hide"
  vim.bo[buffer].swapfile = false
  vim.bo[buffer].modifiable = false
  vim.bo[buffer].undolevels = -1
  vim.b[buffer].agentx_root = root
  vim.bo[buffer].filetype = filetype
  local view = setmetatable({ buffer = buffer, rows = {}, lines = { "" }, marks = { "" } }, View)
  views[name] = view
  vim.api.nvim_create_autocmd("BufWipeout", {
    buffer = buffer,
    callback = function()
      for known, other in pairs(views) do
        if other == view then
          views[known] = nil
        end
      end
    end,
  })
  return view, true
end

---A view that is there already.
---@param name string
---@return agentxd.View?
function View.known(name)
  local view = views[name]
  return view and vim.api.nvim_buf_is_valid(view.buffer) and view or nil
end

---Give a buffer another name, and let go of the empty one that Neovim keeps under the old name.
---@param buffer integer
---@param name string
function View.rename_buffer(buffer, name)
  local before = vim.api.nvim_buf_get_name(buffer)
  vim.api.nvim_buf_set_name(buffer, name)
  for _, other in ipairs(vim.api.nvim_list_bufs()) do
    if other ~= buffer and vim.api.nvim_buf_get_name(other) == before then
      vim.api.nvim_buf_delete(other, { force = true })
    end
  end
end

---Give it another name.
---@param name string
function View:rename(name)
  for known, other in pairs(views) do
    if other == self then
      views[known] = nil
    end
  end
  views[name] = self
  View.rename_buffer(self.buffer, name)
end

---@return boolean
function View:is_valid()
  return vim.api.nvim_buf_is_loaded(self.buffer)
end

---Windows that show it.
---@return integer[]
function View:windows()
  return vim.fn.win_findbuf(self.buffer)
end

---@param row agentxd.Row
---@return string line
---@return string mark tells whether the row looks different than before
local function drawn(row)
  if row.line then
    return row.line, row.mark
  end
  local texts, groups = {}, {}
  for index, part in ipairs(row.parts) do
    texts[index] = part[1]
    groups[index] = #part[1] .. (part[2] or "")
  end
  row.line = table.concat(texts):gsub("[\r\n]", " ")
  row.mark = row.line .. "\n" .. table.concat(groups, ",")
  return row.line, row.mark
end

---Rows that differ: the first, the last of the old ones, the last of the new ones; counted from 1.
---@param old string[]
---@param new string[]
---@return integer first, integer old_last, integer new_last
local function difference(old, new)
  local first, old_last, new_last = 1, #old, #new
  while first <= old_last and first <= new_last and old[first] == new[first] do
    first = first + 1
  end
  while old_last >= first and new_last >= first and old[old_last] == new[new_last] do
    old_last, new_last = old_last - 1, new_last - 1
  end
  return first, old_last, new_last
end

---Where the cursors are: window to what is under it.
---@return table<integer, table>
function View:places()
  local found = {}
  for _, window in ipairs(self:windows()) do
    local saved = vim.api.nvim_win_call(window, vim.fn.winsaveview)
    local row = self.rows[saved.lnum]
    local is_at_end = saved.lnum >= #self.lines
    found[window] = { saved = saved, key = row and row.key, is_at_end = is_at_end }
  end
  return found
end

---Put the cursors back on what they were on.
---@param places table<integer, table>
---@param is_following boolean a cursor on the last line goes along with what is added
function View:restore(places, is_following)
  local line_of = {}
  for index, row in ipairs(self.rows) do
    line_of[row.key] = line_of[row.key] or index
  end
  for window, place in pairs(places) do
    local saved = place.saved
    local line = place.key and line_of[place.key] or math.min(saved.lnum, #self.lines)
    local is_end = is_following and place.is_at_end
    if is_end then
      line = #self.lines
    end
    if line ~= saved.lnum or is_end then
      vim.api.nvim_win_call(window, function()
        saved.topline = math.max(1, saved.topline + line - saved.lnum)
        saved.lnum = line
        vim.fn.winrestview(saved)
        if is_end then
          vim.cmd("normal! zb")
        end
      end)
    end
  end
end

---Mark the parts of one row.
---@param line integer from 0
---@param row agentxd.Row
function View:colour(line, row)
  local column = 0
  for _, part in ipairs(row.parts) do
    local ending = column + #part[1]
    if part[2] and #part[1] > 0 then
      vim.api.nvim_buf_set_extmark(self.buffer, NAMESPACE, line, column, {
        end_col = ending,
        hl_group = part[2],
        priority = 110,
      })
    end
    column = ending
  end
end

---Show these rows.
---@param rows agentxd.Row[]
---@param is_following? boolean
function View:render(rows, is_following)
  if not self:is_valid() then
    return
  end
  local lines, marks = {}, {}
  for index, row in ipairs(rows) do
    lines[index], marks[index] = drawn(row)
  end
  if #lines == 0 then
    lines, marks = { "" }, { "" }
  end
  local first, old_last, new_last = difference(self.marks, marks)
  if first > old_last and first > new_last then
    self.rows = rows
    return
  end
  local places = self:places()
  self.rows, self.lines, self.marks = rows, lines, marks
  vim.bo[self.buffer].modifiable = true
  vim.api.nvim_buf_clear_namespace(self.buffer, NAMESPACE, first - 1, math.max(first - 1, old_last))
  local changed = vim.list_slice(lines, first, new_last)
  vim.api.nvim_buf_set_lines(self.buffer, first - 1, old_last, false, changed)
  vim.bo[self.buffer].modifiable = false
  vim.bo[self.buffer].modified = false
  for index = first, math.min(new_last, #rows) do
    self:colour(index - 1, rows[index])
  end
  self:restore(places, is_following or false)
end

---The row under the cursor of the window that has it, or of the current one.
---@return agentxd.Row?
function View:row()
  local window = vim.api.nvim_get_current_buf() == self.buffer and 0 or self:windows()[1]
  return window and self.rows[vim.api.nvim_win_get_cursor(window)[1]] or nil
end

---Put the cursor on a row.
---@param key string
function View:select(key)
  for index, row in ipairs(self.rows) do
    if row.key == key then
      for _, window in ipairs(self:windows()) do
        vim.api.nvim_win_set_cursor(window, { index, 0 })
      end
      return
    end
  end
end

return View
