---Where the lists and the chat stand on the screen.
local M = {}

local CALM = {
  number = false,
  relativenumber = false,
  signcolumn = "no",
  foldcolumn = "0",
  spell = false,
  list = false,
  colorcolumn = "",
  fillchars = "eob: ,fold: ",
}

---The window of this tab page that shows a buffer.
---@param buffer integer
---@return integer?
function M.showing(buffer)
  for _, window in ipairs(vim.api.nvim_tabpage_list_wins(0)) do
    if vim.api.nvim_win_get_buf(window) == buffer then
      return window
    end
  end
end

---Options of a window that shows a list.
---@param window integer
---@param more? table<string, any>
function M.calm(window, more)
  for name, value in pairs(vim.tbl_extend("force", CALM, more or {})) do
    vim.api.nvim_set_option_value(name, value, { win = window, scope = "local" })
  end
end

---The window of this tab page that has this role: lists share one, chats another.
---@param role string
---@return integer?
local function of_role(role)
  for _, window in ipairs(vim.api.nvim_tabpage_list_wins(0)) do
    local is_ours = vim.b[vim.api.nvim_win_get_buf(window)].agentx_root ~= nil
    if is_ours and vim.w[window].agentx_role == role then
      return window
    end
  end
end

---Show a buffer in the window of its role, or in a new split.
---@param buffer integer
---@param role "list"|"chat"
---@param more? table<string, any> options of the window
---@return integer window
function M.open(buffer, role, more)
  local window = M.showing(buffer)
  if window then
    vim.api.nvim_set_current_win(window)
    return window
  end
  local place = require("agentxd.ui.options").of("ui")[role]
  window = of_role(role)
  if window then
    vim.api.nvim_set_current_win(window)
  else
    local size = place.height or math.min(place.width or 80, math.floor(vim.o.columns * 0.5))
    vim.cmd(("%s %dsplit"):format(place.split, size))
    window = vim.api.nvim_get_current_win()
    vim.w[window].agentx_role = role
  end
  vim.api.nvim_win_set_buf(window, buffer)
  M.calm(window, more)
  local side = place.height and "winfixheight" or "winfixwidth"
  vim.api.nvim_set_option_value(side, true, { win = window, scope = "local" })
  return window
end

---Close the current window; of the last one only its buffer goes.
function M.close()
  if not pcall(vim.cmd.close) then
    vim.cmd.enew()
  end
end

---@param window integer
---@return boolean
local function is_for_files(window)
  local buffer = vim.api.nvim_win_get_buf(window)
  local is_float = vim.api.nvim_win_get_config(window).relative ~= ""
  return vim.bo[buffer].buftype == "" and not is_float and not vim.wo[window].previewwindow
end

---Go to a window for files: the last one, any of this tab page, or a new one above.
function M.go_to_files()
  local previous = vim.fn.win_getid(vim.fn.winnr("#"))
  local candidates = vim.list_extend({ previous }, vim.api.nvim_tabpage_list_wins(0))
  for _, window in ipairs(candidates) do
    if window ~= 0 and is_for_files(window) then
      vim.api.nvim_set_current_win(window)
      return
    end
  end
  vim.cmd("topleft new")
end

---Open a file in a window for files.
---@param path string
---@param line integer from 1
function M.edit(path, line)
  M.go_to_files()
  local is_here = vim.fs.normalize(vim.api.nvim_buf_get_name(0)) == vim.fs.normalize(path)
  if not is_here then
    vim.cmd.edit(vim.fn.fnameescape(vim.fn.fnamemodify(path, ":.")))
  end
  local last = vim.api.nvim_buf_line_count(0)
  vim.api.nvim_win_set_cursor(0, { math.max(1, math.min(line, last)), 0 })
  vim.cmd("normal! zvzz")
end

---Text in the middle of the screen, closed by `q` or by leaving it.
---@param lines string[]
---@param title string
---@param filetype? string
---@return integer buffer
function M.float(lines, title, filetype)
  local buffer = vim.api.nvim_create_buf(false, true)
  -- A command or an answer of an agent may have several lines where one is shown.
  lines = vim.tbl_map(function(line)
    return (line:gsub("%s*[\r\n]+%s*", " ⏎ "))
  end, lines)
  vim.api.nvim_buf_set_lines(buffer, 0, -1, false, lines)
  vim.bo[buffer].bufhidden = "wipe"
  vim.bo[buffer].modifiable = false
  vim.bo[buffer].filetype = filetype or ""
  local width = #title + 4
  for _, line in ipairs(lines) do
    width = math.max(width, vim.fn.strdisplaywidth(line))
  end
  width = math.min(width, vim.o.columns - 8)
  local height = math.min(#lines, math.max(1, vim.o.lines - 8))
  local before = vim.api.nvim_get_current_win()
  local window = vim.api.nvim_open_win(buffer, true, {
    relative = "editor",
    row = math.floor((vim.o.lines - height) / 2) - 1,
    col = math.floor((vim.o.columns - width) / 2),
    width = width,
    height = height,
    style = "minimal",
    border = "rounded",
    title = " " .. title .. " ",
  })
  vim.wo[window].wrap = true
  local function close()
    if vim.api.nvim_win_is_valid(window) then
      vim.api.nvim_win_close(window, true)
    end
  end
  local function back()
    -- To where one came from: leaving the window closes it.
    if vim.api.nvim_win_is_valid(before) then
      vim.api.nvim_set_current_win(before)
    end
    close()
  end
  for _, key in ipairs({ "q", "<Esc>" }) do
    vim.keymap.set("n", key, back, { buffer = buffer, nowait = true, desc = "close" })
  end
  vim.api.nvim_create_autocmd("WinLeave", { buffer = buffer, once = true, callback = vim.schedule_wrap(close) })
  return buffer
end

return M
