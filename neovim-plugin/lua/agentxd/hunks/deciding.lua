---Accept, reject, undo: asks the daemon, and tells what became of each hunk.
local client = require("agentxd.client")
local telling = require("agentxd.telling")

local M = {}

---@param list string[]
---@return string
local function named(list)
  local some = vim.list_slice(list, 1, 4)
  return table.concat(some, ", ") .. (#list > 4 and (" and %d more"):format(#list - 4) or "")
end

---What became of the hunks, in one or two sentences.
---@param hunks agentxd.Hunk[]
---@param bufnr integer # Whose keys are named.
---@return string text
---@return boolean is_fine
function M.outcome(hunks, bufnr)
  local by_state, order = {}, {}
  for _, hunk in ipairs(hunks) do
    local words = hunk.state == "applied" and hunk.level == "merged" and "applied (merged with newer text)" or hunk.state
    if not by_state[words] then
      by_state[words] = {}
      order[#order + 1] = words
    end
    table.insert(by_state[words], hunk.id)
  end
  local parts = {}
  for _, words in ipairs(order) do
    parts[#parts + 1] = named(by_state[words]) .. " " .. words
  end
  local text = table.concat(parts, "; ")
  for _, hunk in ipairs(hunks) do
    if hunk.state == "conflicted" then
      text = text .. (": %s. %s shows both sides"):format(hunk.reason, ":AgentX diff " .. hunk.id)
      return text .. ".", false
    end
  end
  if by_state.applied or by_state["applied (merged with newer text)"] then
    text = text .. (". %s takes it back"):format(require("agentxd.keys").hint("undo", bufnr))
  end
  return text .. ".", true
end

---@param method "agentx/hunk/accept"|"agentx/hunk/reject"|"agentx/hunk/undo"
---@param params agentxd.DecideHunksParams
---@param done? fun(problem: agentxd.Problem?, hunks: agentxd.Hunk[]?)
local function decide(method, params, done)
  local bufnr = vim.api.nvim_get_current_buf()
  client.request(method, params, function(problem, result)
    if problem then
      telling.problem(problem)
    else
      -- The daemon tells every editor of the new states; keys may be mapped by then.
      vim.schedule(function()
        local text, is_fine = M.outcome(result.hunks, bufnr)
        telling.tell(text, is_fine and vim.log.levels.INFO or vim.log.levels.WARN)
      end)
    end
    if done then
      done(problem, result and result.hunks)
    end
  end)
end

---@param ids string[]
---@param is_verified? boolean # Run the checks on exactly these hunks first.
---@param done? fun(problem: agentxd.Problem?, hunks: agentxd.Hunk[]?)
function M.accept(ids, is_verified, done)
  if is_verified then
    telling.tell("the checks run on exactly these hunks …")
  end
  decide("agentx/hunk/accept", { ids = ids, isVerified = is_verified or false }, done)
end

---@param ids string[]
---@param reason? string
---@param done? fun(problem: agentxd.Problem?, hunks: agentxd.Hunk[]?)
function M.reject(ids, reason, done)
  decide("agentx/hunk/reject", { ids = ids, reason = reason or "" }, done)
end

---@param ids string[]
---@param done? fun(problem: agentxd.Problem?, hunks: agentxd.Hunk[]?)
function M.undo(ids, done)
  decide("agentx/hunk/undo", { ids = ids }, done)
end

return M
