---Text edits of the protocol in Neovim's buffers, line endings and the missing last one included.
local M = {}

local ENDINGS = { unix = "\n", dos = "\r\n", mac = "\r" }

---What an edit does to one buffer.
---@class agentxd.BufferChange
---@field bufnr integer
---@field before string[]
---@field after string[]
---@field had_end boolean # Of the last line.
---@field has_end boolean
---@field is_ending_changed boolean
---@field steps { first: integer, last: integer, lines: string[] }[] # From the end to the start.

---The lines of a buffer as positions of the protocol count them: with the empty one behind the last end.
---@param bufnr integer
---@return string[]
local function rows_of(bufnr)
  local rows = vim.api.nvim_buf_get_lines(bufnr, 0, -1, true)
  if vim.bo[bufnr].endofline then
    rows[#rows + 1] = ""
  end
  return rows
end

---@param text string
---@param format string
---@return string[]? lines
---@return string? problem
local function split(text, format)
  if format == "dos" then
    if text:gsub("\r\n", ""):find("\n", 1, true) then
      return nil, "it holds line ends that a file with fileformat=dos cannot have"
    end
    text = text:gsub("\r\n", "\n")
  elseif format == "mac" then
    if text:find("\n", 1, true) then
      return nil, "it holds line ends that a file with fileformat=mac cannot have"
    end
    text = text:gsub("\r", "\n")
  end
  -- Neovim keeps a zero byte of a line as a line feed within it.
  local lines = vim.split(text, "\n", { plain = true })
  for index, line in ipairs(lines) do
    lines[index] = line:gsub("%z", "\n")
  end
  return lines
end

---Bytes before a character of a line.
---@param line string
---@param character integer
---@param encoding string
---@return integer
local function byte_of(line, character, encoding)
  if encoding == "utf-8" then
    return math.min(character, #line)
  end
  local units, byte = 0, 0
  while byte < #line and units < character do
    local first = line:byte(byte + 1)
    local size = first < 0x80 and 1 or first < 0xE0 and 2 or first < 0xF0 and 3 or 4
    units = units + ((size == 4 and encoding == "utf-16") and 2 or 1)
    byte = byte + size
  end
  return math.min(byte, #line)
end

---@param rows string[]
---@param position { line: integer, character: integer }
---@param encoding string
---@return integer row # 0-based
---@return integer byte
local function point(rows, position, encoding)
  if position.line >= #rows then
    return #rows - 1, #rows[#rows]
  end
  return position.line, byte_of(rows[position.line + 1], position.character, encoding)
end

---@param edits table[]
---@return table[] # From the end of the text to its start; of one place the last one first.
local function ordered(edits)
  local found = {}
  for index, edit in ipairs(edits) do
    found[index] = { index = index, edit = edit }
  end
  table.sort(found, function(one, two)
    local a, b = one.edit.range.start, two.edit.range.start
    if a.line ~= b.line then
      return a.line > b.line
    elseif a.character ~= b.character then
      return a.character > b.character
    end
    return one.index > two.index
  end)
  return vim.tbl_map(function(item)
    return item.edit
  end, found)
end

---Replace the rows of one edit. The step leaves out rows at its ends that stay as they are.
---@param rows string[]
---@param edit table
---@param format string
---@param encoding string
---@return table? step
---@return string? problem
local function replaced(rows, edit, format, encoding)
  local first, from = point(rows, edit.range.start, encoding)
  local last, to = point(rows, edit.range["end"], encoding)
  local lines, problem = split(edit.newText, format)
  if not lines then
    return nil, problem
  end
  lines[1] = rows[first + 1]:sub(1, from) .. lines[1]
  lines[#lines] = lines[#lines] .. rows[last + 1]:sub(to + 1)
  local n_old = last - first + 1
  while n_old > 0 and #lines > 0 and lines[#lines] == rows[first + n_old] do
    lines[#lines] = nil
    n_old = n_old - 1
  end
  return { first = first, last = first + n_old, lines = lines }
end

---@param rows string[]
---@param step table
---@return string[]
local function with_step(rows, step)
  local found = vim.list_slice(rows, 1, step.first)
  vim.list_extend(found, step.lines)
  return vim.list_extend(found, rows, step.last + 1)
end

---Whether Neovim and the protocol count the lines differently: a carriage return alone ends one there.
---@param lines string[]
---@param format string
---@param has_end boolean
---@return boolean
local function is_counted_differently(lines, format, has_end)
  if format == "mac" then
    return false
  end
  for index, line in ipairs(lines) do
    local at = line:find("\r", 1, true)
    if at and (format == "dos" or at < #line or (index == #lines and not has_end)) then
      return true
    end
  end
  return false
end

---What the edits make of a buffer; changes nothing.
---@param bufnr integer
---@param edits table[] # TextEdit[]
---@param encoding string
---@return agentxd.BufferChange? change
---@return string? problem
function M.plan(bufnr, edits, encoding)
  local before = vim.api.nvim_buf_get_lines(bufnr, 0, -1, true)
  local rows, steps = rows_of(bufnr), {}
  if is_counted_differently(before, vim.bo[bufnr].fileformat, vim.bo[bufnr].endofline) then
    return nil, "a carriage return stands alone in it, so its lines cannot be counted for sure"
  end
  for _, edit in ipairs(ordered(edits)) do
    local step, problem = replaced(rows, edit, vim.bo[bufnr].fileformat, encoding)
    if not step then
      return nil, problem
    end
    rows = with_step(rows, step)
    steps[#steps + 1] = step
  end
  local had_end = vim.bo[bufnr].endofline
  local has_end = rows[#rows] == "" and #rows > 1
  if has_end then
    rows[#rows] = nil
  end
  return {
    bufnr = bufnr,
    before = before,
    after = rows,
    had_end = had_end,
    has_end = has_end,
    is_ending_changed = had_end ~= has_end,
    steps = steps,
  }
end

---@param bufnr integer
---@param lines string[]
---@return boolean
local function holds(bufnr, lines)
  return vim.deep_equal(vim.api.nvim_buf_get_lines(bufnr, 0, -1, true), lines)
end

---@param change agentxd.BufferChange
local function write(change)
  local bufnr = change.bufnr
  -- What was typed before, also within this insert mode, is an undo step of its own.
  vim.bo[bufnr].undolevels = vim.bo[bufnr].undolevels
  for _, step in ipairs(change.steps) do
    local n_lines = vim.api.nvim_buf_line_count(bufnr)
    if step.last <= n_lines then
      vim.api.nvim_buf_set_lines(bufnr, step.first, step.last, true, step.lines)
    end
  end
  if not holds(bufnr, change.after) then
    vim.api.nvim_buf_set_lines(bufnr, 0, -1, true, change.after)
  end
  if not change.has_end then
    -- Else Neovim would add an end when the file is written, and what was accepted has none.
    vim.bo[bufnr].fixendofline = false
  end
  if change.is_ending_changed then
    vim.bo[bufnr].endofline = change.has_end
    -- The end alone is no change to Neovim; the version has to rise all the same.
    local last = vim.api.nvim_buf_line_count(bufnr)
    vim.api.nvim_buf_set_lines(bufnr, last - 1, last, true, vim.api.nvim_buf_get_lines(bufnr, last - 1, last, true))
    vim.bo[bufnr].modified = true
  end
  vim.bo[bufnr].undolevels = vim.bo[bufnr].undolevels
end

---@param change agentxd.BufferChange
local function take_back(change)
  pcall(vim.api.nvim_buf_set_lines, change.bufnr, 0, -1, true, change.before)
  vim.bo[change.bufnr].endofline = change.had_end
end

---Make the changes: all of them, or none.
---@param changes agentxd.BufferChange[]
---@return string? problem
function M.apply(changes)
  for index, change in ipairs(changes) do
    local is_fine, problem = pcall(write, change)
    if not is_fine or not holds(change.bufnr, change.after) then
      for back = index, 1, -1 do
        take_back(changes[back])
      end
      return ("the text could not be changed: %s"):format(is_fine and "something else changed it at once" or problem)
    end
  end
end

---The whole text as the daemon is told of it.
---@param bufnr integer
---@return string
function M.text_of(bufnr)
  local ending = ENDINGS[vim.bo[bufnr].fileformat]
  local lines = vim.api.nvim_buf_get_lines(bufnr, 0, -1, true)
  return table.concat(lines, ending) .. (vim.bo[bufnr].endofline and ending or "")
end

---Tell the daemon of the whole text: of a last line end Neovim's own changes say nothing.
---@param client vim.lsp.Client
---@param bufnr integer
function M.tell_whole(client, bufnr)
  require("agentxd.compat").notify(client, "textDocument/didChange", {
    textDocument = { uri = vim.uri_from_bufnr(bufnr), version = vim.lsp.util.buf_versions[bufnr] },
    contentChanges = { { text = M.text_of(bufnr) } },
  })
end

return M
