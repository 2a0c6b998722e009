-- The one thing that exists before anybody asks for it: the command. Everything else is loaded by it or by setup().
if vim.g.loaded_agentxd then
  return
end
vim.g.loaded_agentxd = true

vim.api.nvim_create_user_command("AgentX", function(arguments)
  require("agentxd.commands").run(arguments)
end, {
  nargs = "*",
  range = true,
  bang = true,
  desc = "AgentX: :AgentX {subcommand}",
  complete = function(lead, line, position)
    return require("agentxd.commands").complete(lead, line, position)
  end,
})
