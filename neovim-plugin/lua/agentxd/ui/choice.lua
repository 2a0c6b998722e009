---A choice that can be taken off the screen again. Neovim's own |vim.ui.select()| stops everything
---until it is answered, so a question of an agent gets a small window of its own where nobody has set
---another one; what people have set is used.
local M = {}

local WIDTH = 76

---@return boolean
local function is_builtin()
  return debug.getinfo(vim.ui.select, "S").source:match("vim/ui%.lua$") ~= nil
end

---A text in lines of a width, broken at spaces.
---@param text string
---@param width integer
---@return string[]
local function wrapped(text, width)
  local lines, line = {}, ""
  for word in text:gmatch("%S+") do
    local longer = line == "" and word or line .. " " .. word
    if line ~= "" and vim.fn.strdisplaywidth(longer) > width then
      lines[#lines + 1] = line
      line = word
    else
      line = longer
    end
  end
  lines[#lines + 1] = line
  return lines
end

---@param items any[]
---@param options { prompt: string, format_item: fun(item: any): string }
---@param done fun(item: any?)
---@return fun() close takes it off the screen; `done` is not called any more
local function own(items, options, done)
  local width = math.min(WIDTH, vim.o.columns - 6)
  local lines = wrapped(options.prompt, width)
  local first = #lines + 1
  lines[first] = ""
  for index, item in ipairs(items) do
    lines[#lines + 1] = (" %d  %s"):format(index, options.format_item(item))
  end
  local before = vim.api.nvim_get_current_win()
  local buffer = require("agentxd.ui.windows").float(lines, "AgentX asks")
  local window = vim.api.nvim_get_current_win()
  vim.wo[window].cursorline = true
  vim.api.nvim_win_set_cursor(window, { first + 1, 0 })
  local is_over = false
  local function finish(item, is_told)
    if is_over then
      return
    end
    is_over = true
    if vim.api.nvim_win_is_valid(window) then
      vim.api.nvim_win_close(window, true)
    end
    if vim.api.nvim_win_is_valid(before) then
      vim.api.nvim_set_current_win(before)
    end
    if is_told then
      done(item)
    end
  end
  local function map(key, fn)
    vim.keymap.set("n", key, fn, { buffer = buffer, nowait = true })
  end
  for index, item in ipairs(items) do
    map(tostring(index), function()
      finish(item, true)
    end)
  end
  map("<CR>", function()
    local item = items[vim.fn.line(".") - first]
    if item ~= nil then
      finish(item, true)
    end
  end)
  for _, key in ipairs({ "q", "<Esc>" }) do
    map(key, function()
      finish(nil, true)
    end)
  end
  vim.api.nvim_create_autocmd("BufWipeout", {
    buffer = buffer,
    once = true,
    callback = function()
      if not is_over then
        is_over = true
        done(nil)
      end
    end,
  })
  return function()
    finish(nil, false)
  end
end

---Whatever somebody has set in the place of vim.ui.select.
---@param items any[]
---@param options table
---@param done fun(item: any?)
---@return fun() close
local function others(items, options, done)
  local known = {}
  for _, window in ipairs(vim.api.nvim_list_wins()) do
    known[window] = true
  end
  vim.ui.select(items, options, done)
  return function()
    local current = vim.api.nvim_get_current_win()
    if not known[current] and vim.api.nvim_win_get_config(current).relative ~= "" then
      vim.cmd.stopinsert()
      vim.api.nvim_win_close(current, true)
    end
  end
end

---Let a person choose.
---@param items any[]
---@param options { prompt: string, kind: string, format_item: fun(item: any): string }
---@param done fun(item: any?) nil: closed without a choice
---@return fun() close takes the choice off the screen
function M.select(items, options, done)
  return (is_builtin() and own or others)(items, options, done)
end

return M
