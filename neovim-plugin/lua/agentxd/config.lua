---What a user may set, with its defaults; everything is checked before anything is taken over.
local M = {}

---@class agentxd.KeyOptions
---@field next string|false # Next hunk, also in other files.
---@field previous string|false
---@field accept string|false
---@field reject string|false
---@field edit string|false
---@field undo string|false
---@field why string|false
---@field evidence string|false
---@field diff string|false

---@class agentxd.HunkOptions
---@field shown boolean # Show hunks in their files.
---@field header boolean # A line with state and keys above each hunk.
---@field max_lines integer # So many proposed lines of one hunk are shown in the file; `diff` shows all.
---@field diagnostics boolean # Keep the daemon's hint diagnostics of hunks too; they say the same again.

---@class agentxd.Options
---@field cmd? string|string[] # How `agentxd` is started; nil: virtual environment of the workspace, then PATH.
---@field autostart boolean|fun(root: string): boolean # Connect when a file of a git work tree is opened.
---@field env table<string, string> # Set for the daemon, when it is this editor that starts it.
---@field debounce_ms integer # Typing reaches the daemon after so many milliseconds.
---@field hunks agentxd.HunkOptions
---@field keys agentxd.KeyOptions|false # false: no mappings at all.
---@field signs table<string, string>

---@type agentxd.Options
M.defaults = {
  cmd = nil,
  autostart = true,
  env = {},
  debounce_ms = 20,
  hunks = { shown = true, header = true, max_lines = 60, diagnostics = false },
  keys = {
    next = "]h",
    previous = "[h",
    accept = "<Leader>aa",
    reject = "<Leader>ar",
    edit = "<Leader>ae",
    undo = "<Leader>au",
    why = "<Leader>aw",
    evidence = "<Leader>av",
    diff = "<Leader>ad",
  },
  signs = { added = "+", removed = "-", changed = "~", conflicted = "!" },
}

---Option to the types that it takes; what belongs to another table is checked there.
local TYPES = {
  cmd = { "nil", "string", "table" },
  autostart = { "boolean", "function" },
  env = { "table" },
  debounce_ms = { "number" },
  hunks = { "table" },
  keys = { "table", "boolean" },
  signs = { "table" },
}

---Options of other rooms: name to the types it takes. They are listed here so that a typo is told.
local EXTRA = {}

---@type agentxd.Options
local current = vim.deepcopy(M.defaults)

---Add an option of another part of the plugin, before setup.
---@param name string
---@param default any
---@param types string[]
function M.declare(name, default, types)
  if M.defaults[name] == nil then
    M.defaults[name] = default
    EXTRA[name] = types
    if current[name] == nil then
      current[name] = vim.deepcopy(default)
    end
  end
end

---@param path string
---@param given any
---@param default any
---@param problems string[]
local function check_like(path, given, default, problems)
  for name, value in pairs(given) do
    local known = default[name]
    local is_off = value == false and (path == "keys" or type(known) == "boolean")
    if known == nil then
      problems[#problems + 1] = ("%s.%s: there is no such option"):format(path, name)
    elseif type(value) ~= type(known) and not is_off then
      problems[#problems + 1] = ("%s.%s: expected %s, got %s"):format(path, name, type(known), type(value))
    end
  end
end

---What is wrong with these options, one sentence each.
---@param options table
---@return string[]
function M.problems(options)
  local problems = {}
  if type(options) ~= "table" then
    return { ("options: expected table, got %s"):format(type(options)) }
  end
  for name, value in pairs(options) do
    local types = TYPES[name] or EXTRA[name]
    if not types then
      problems[#problems + 1] = ("%s: there is no such option"):format(name)
    elseif not vim.tbl_contains(types, type(value)) then
      problems[#problems + 1] = ("%s: expected %s, got %s"):format(name, table.concat(types, " or "), type(value))
    elseif type(value) == "table" and type(M.defaults[name]) == "table" and name ~= "env" then
      check_like(name, value, M.defaults[name], problems)
    end
  end
  if options.keys == true then
    problems[#problems + 1] = "keys: expected table or false, got true"
  end
  table.sort(problems)
  return problems
end

---Take options over; raises an error that names every problem, and then changes nothing.
---@param options? table
---@return agentxd.Options
function M.set(options)
  require("agentxd.ui.options").declare(M)
  options = options or {}
  local problems = M.problems(options)
  if #problems > 0 then
    error("agentxd.setup: " .. table.concat(problems, "; "), 0)
  end
  current = vim.tbl_deep_extend("force", vim.deepcopy(M.defaults), options)
  return current
end

---@return agentxd.Options
function M.get()
  return current
end

return M
