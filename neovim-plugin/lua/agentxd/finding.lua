---Where `agentxd` is: the option, the virtual environment of the workspace, PATH.
local M = {}

M.HOW_TO_INSTALL = "Install it as the README of AgentX says, or set the option `cmd`."

---@param folders string[] # Of virtual environments.
---@return string[] # Programs in them that are there, the best first.
local function programs_in(folders)
  local found = {}
  for _, folder in ipairs(folders) do
    for _, name in ipairs(folder ~= "" and { "/bin/agentxd", "/Scripts/agentxd.exe" } or {}) do
      if vim.fn.executable(folder .. name) == 1 then
        found[#found + 1] = folder .. name
      end
    end
  end
  return found
end

---Whether Neovim's own list of what is trusted (|trust|) has a file as it is now.
---@param file string
---@return boolean
local function is_listed(file)
  local is_read, hash = pcall(function()
    return vim.fn.sha256(table.concat(vim.fn.readfile(file, "b"), "\n"))
  end)
  local list = vim.fs.joinpath(vim.fn.stdpath("state") --[[@as string]], "trust")
  local lines = is_read and vim.uv.fs_stat(list) and vim.fn.readfile(list) or {}
  return vim.tbl_contains(lines, ("%s %s"):format(hash, vim.uv.fs_realpath(file)))
end

---Whether a program that came with the workspace may run: opening a file of a repository must not run
---what the repository brings. Asked once for each program, where there is somebody to ask.
---@param program string
---@return boolean
local function is_trusted(program)
  if is_listed(program) then
    return true
  end
  if #vim.api.nvim_list_uis() == 0 then
    return false
  end
  local is_read, text = pcall(vim.secure.read, program)
  return is_read and text ~= nil
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
  local active = programs_in({ vim.env.VIRTUAL_ENV or "" })[1]
  if active then
    return { active }
  end
  local own = programs_in({ root .. "/.venv", root .. "/venv" })[1]
  if own and is_trusted(own) then
    return { own }
  end
  if vim.fn.executable("agentxd") == 1 then
    return { vim.fn.exepath("agentxd") }
  end
  if own then
    local words = "%s came with the workspace and is not trusted. Open it and use :trust, or set the option `cmd`."
    return nil, words:format(own)
  end
  return nil, "agentxd is neither in a virtual environment of the workspace nor on PATH. " .. M.HOW_TO_INSTALL
end

return M
