---Where `agentxd` is: the option, the virtual environment of the workspace, PATH.
local M = {}

M.HOW_TO_INSTALL = "Install it in your project with `pip install agentxd`, or set the option `cmd`."

---@param root string
---@return string[] # Programs of virtual environments, the best first.
local function in_environments(root)
  local found = {}
  for _, folder in ipairs({ vim.env.VIRTUAL_ENV or "", root .. "/.venv", root .. "/venv" }) do
    if folder ~= "" then
      found[#found + 1] = folder .. "/bin/agentxd"
      found[#found + 1] = folder .. "/Scripts/agentxd.exe"
    end
  end
  return found
end

---How to start `agentxd` for a workspace.
---@param root string
---@return string[]? command
---@return string? problem # A sentence and its next step, where there is none.
function M.command(root)
  local given = require("agentxd.config").get().cmd
  if given ~= nil then
    local command = type(given) == "string" and { given } or vim.deepcopy(given)
    if command[1] and vim.fn.executable(command[1]) == 1 then
      return command
    end
    return nil, ("the option `cmd` names %s, which is no program. %s"):format(
      command[1] or "nothing",
      M.HOW_TO_INSTALL
    )
  end
  for _, program in ipairs(in_environments(root)) do
    if vim.fn.executable(program) == 1 then
      return { program }
    end
  end
  if vim.fn.executable("agentxd") == 1 then
    return { vim.fn.exepath("agentxd") }
  end
  return nil, "agentxd is neither in a virtual environment of the workspace nor on PATH. " .. M.HOW_TO_INSTALL
end

return M
