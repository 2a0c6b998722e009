---`:checkhealth agentxd`: is everything there, who speaks with whom, what does the daemon's doctor say.
local M = {}

local health = vim.health
local TIMEOUT_MS = 15000

local function check_editor()
  health.start("Neovim")
  local version = vim.version()
  local told = ("%d.%d.%d"):format(version.major, version.minor, version.patch)
  if vim.fn.has("nvim-0.10") == 1 then
    health.ok("Neovim " .. told)
  else
    health.error(("Neovim %s is too old"):format(told), "Use Neovim 0.10 or newer.")
  end
  if require("agentxd").is_set_up() then
    health.ok("setup() was called")
  else
    health.warn("setup() was not called", 'Put require("agentxd").setup() into your init.lua, or call :AgentX.')
  end
end

---@return string? root
local function check_program()
  health.start("agentxd")
  local root = require("agentxd.client").current_root()
  if not root then
    health.warn("this is in no git work tree", "Open a file of one, then :checkhealth agentxd.")
  end
  local command, problem = require("agentxd.finding").command(root or vim.fn.getcwd())
  if not command then
    health.error(problem or "agentxd was not found")
    return nil
  end
  health.ok("found: " .. table.concat(command, " "))
  local done = vim.system(vim.list_extend(vim.deepcopy(command), { "--version" }), { text = true }):wait(TIMEOUT_MS)
  if done.code == 0 then
    health.ok(vim.trim(done.stdout))
  else
    health.error(("%s --version ended with %d"):format(command[1], done.code), vim.trim(done.stderr or ""))
  end
  return root
end

---@param method string
---@return any result
local function asked(method)
  local result, problem = require("agentxd.client").request_sync(method, {}, TIMEOUT_MS)
  if not result then
    health.error(("%s: %s"):format(method, problem and problem.message or "no answer"), problem and problem.nextStep)
  end
  return result
end

local function check_daemon()
  health.start("Daemon")
  local status = asked("agentx/daemon/status")
  if not status then
    return false
  end
  health.ok(("agentxd %s, process %d, serves %s"):format(status.version, status.pid, status.root))
  local wanted = require("agentxd.protocol_gen").PROTOCOL_VERSION
  if status.protocolVersion:match("^%d+") == wanted:match("^%d+") then
    health.ok(("protocol %s, this plugin speaks %s"):format(status.protocolVersion, wanted))
  else
    health.error(("protocol %s, this plugin speaks %s"):format(status.protocolVersion, wanted), "Update the older of the two.")
  end
  health.info(("its log and index: %s"):format(status.stateDir))
  for _, warning in ipairs(status.warnings) do
    health.warn(warning)
  end
  return true
end

local function check_doctor()
  health.start("What the daemon works with")
  local result = asked("agentx/daemon/diagnose")
  for _, check in ipairs(result and result.checks or {}) do
    local tell = ({ ok = health.ok, warning = health.warn, error = health.error })[check.state] or health.info
    tell(("%s: %s"):format(check.name, check.detail), check.nextStep ~= "" and check.nextStep or nil)
  end
end

function M.check()
  check_editor()
  local root = check_program()
  if root and check_daemon() then
    check_doctor()
  end
end

return M
