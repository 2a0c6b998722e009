---Which model does the coming turns, and what becomes of what is said while one works.
local daemon = require("agentxd.ui.daemon")

local M = {}

---@class agentxd.ModelChoice
---@field provider string
---@field model string
---@field words string

---@param provider agentxd.ProviderItem
---@param model agentxd.ModelItem
---@return agentxd.ModelChoice
local function choice(provider, model)
  local price = model.isPriced and ("  $%g in, $%g out per million tokens"):format(model.inputPrice, model.outputPrice)
    or ""
  local words = ("%s/%s%s"):format(provider.name, model.name, price)
  return { provider = provider.name, model = model.name, words = words }
end

---What can be chosen: models of providers that are set up, first the one that would be taken.
---@param providers agentxd.ProviderItem[]
---@return agentxd.ModelChoice[]
function M.choices(providers)
  local found = {}
  for _, provider in ipairs(providers) do
    local first = #found + 1
    if #provider.models == 0 and provider.isReachable then
      local words = provider.name .. (provider.about ~= "" and "  " .. provider.about or "")
      found[first] = { provider = provider.name, model = "", words = words }
    elseif provider.isSetUp or provider.isReachable then
      for _, model in ipairs(provider.models) do
        found[#found + 1] = choice(provider, model)
      end
    end
  end
  return found
end

---@param root string
---@param done fun(choice: agentxd.ModelChoice)
function M.choose(root, done)
  daemon.ask(root, "agentx/model/list", {}, function(result)
    local choices = M.choices(result.providers)
    if #choices == 0 then
      require("agentxd.telling").warn("no provider is set up; see `agentxd models` in a terminal")
      return
    end
    local question = { prompt = "Model of the next turns", kind = "agentxd.model" }
    require("agentxd.ui.picking").pick(choices, question, function(item)
      return item.words
    end, done)
  end)
end

local MODES = {
  { "steer", "joins the turn before its next step" },
  { "interrupt", "ends the turn, its work becomes a proposal, and begins the next" },
  { "queue", "waits; one turn for each prompt" },
  { "collect", "waits; everything that is said until the turn ends becomes one turn" },
}

---@param done fun(mode: string)
function M.choose_mode(done)
  local question = { prompt = "What is said while a turn works", kind = "agentxd.queue_mode" }
  require("agentxd.ui.picking").pick(MODES, question, function(item)
    return item[1] .. ": it " .. item[2]
  end, function(item)
    done(item[1])
  end)
end

return M
