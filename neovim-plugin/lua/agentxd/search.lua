---`:AgentX search {query}`: pieces of code for a question in words or code.
local daemon = require("agentxd.ui.daemon")
local format = require("agentxd.ui.format")
local telling = require("agentxd.telling")

local M = {}

local TARGETS = { ["-q"] = "quickfix", ["-l"] = "loclist", ["-s"] = "select" }

---What the index could not know of yet; empty where it knows everything.
---@param coverage agentxd.Coverage
---@return string
local function gap(coverage)
  if coverage.state == "ready" or coverage.nFilesDone >= coverage.nFiles and coverage.nFiles > 0 then
    return ""
  end
  return ("the index is %s: %d of %s"):format(
    coverage.state,
    coverage.nFilesDone,
    format.counted(coverage.nFiles, "file")
  )
end

---@param hit agentxd.SearchHit
---@return string
local function words(hit)
  local named = hit.signature ~= "" and hit.signature or hit.symbol
  local first = hit.snippet:match("[^\r\n]+") or ""
  return format.short(named ~= "" and named or first, 160)
end

---@param hit agentxd.SearchHit
---@return integer line from 1
local function line_of(hit)
  return (hit.symbol ~= "" and hit.startLine or hit.snippetLine) + 1
end

---@param root string
---@param hits agentxd.SearchHit[]
---@return table[]
local function items(root, hits)
  return vim.tbl_map(function(hit)
    return {
      filename = root .. "/" .. hit.path,
      lnum = line_of(hit),
      end_lnum = hit.endLine,
      col = 1,
      text = words(hit),
      user_data = hit,
    }
  end, hits)
end

---@param root string
---@param hits agentxd.SearchHit[]
---@param query string
local function choose(root, hits, query)
  local question = { prompt = "AgentX: " .. query, kind = "agentxd.search" }
  require("agentxd.ui.picking").pick(hits, question, function(hit)
    return ("%s:%d  %s"):format(hit.path, line_of(hit), words(hit))
  end, function(hit)
    require("agentxd.ui.windows").edit(root .. "/" .. hit.path, line_of(hit))
  end)
end

---@param root string
---@param query string
---@param target string
---@param result agentxd.SearchIndexResult
local function show(root, query, target, result)
  local missing = gap(result.coverage)
  if #result.hits == 0 then
    telling.tell(("nothing found for %q%s"):format(query, missing ~= "" and "; " .. missing or ""))
    return
  end
  if target == "select" then
    choose(root, result.hits, query)
  else
    local list = { title = "AgentX search: " .. query, items = items(root, result.hits) }
    if target == "loclist" then
      vim.fn.setloclist(0, {}, " ", list)
      vim.cmd("lopen")
    else
      vim.fn.setqflist({}, " ", list)
      vim.cmd("botright copen")
    end
  end
  if missing ~= "" then
    telling.tell(missing)
  end
end

---Search; `target` is quickfix, loclist or select.
---@param query string
---@param target? string
function M.search(query, target)
  local root = daemon.here()
  if not root then
    return
  end
  local options = require("agentxd.ui.options").of("search")
  daemon.ask(root, "agentx/index/search", { query = query, limit = options.limit }, function(result)
    show(root, query, target or options.target, result)
  end)
end

---`:AgentX search [-q|-l|-s] {query}`; without a query the word under the cursor.
---@param arguments agentxd.Arguments
function M.run(arguments)
  local target = TARGETS[arguments.words[1] or ""]
  local query = target and vim.trim(arguments.rest:sub(3)) or arguments.rest
  if query == "" then
    query = vim.fn.expand("<cword>")
  end
  if query == "" then
    telling.warn("what for? :AgentX search {query}")
    return
  end
  M.search(query, target)
end

---@return string[]
function M.complete()
  return { "-q", "-l", "-s" }
end

return M
