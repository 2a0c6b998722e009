---Prose of a model with its code, headings and emphasis marked; nothing is hidden or moved.
local M = {}

---@param line string
---@return [string, string?][]
local function inline(line)
  local parts, position = {}, 1
  while position <= #line do
    local first, last = line:find("`[^`]+`", position)
    local bold_first, bold_last = line:find("%*%*[^*]+%*%*", position)
    local group = "String"
    if bold_first and (not first or bold_first < first) then
      first, last, group = bold_first, bold_last, "Bold"
    end
    if not first then
      break
    end
    if first > position then
      parts[#parts + 1] = { line:sub(position, first - 1) }
    end
    parts[#parts + 1] = { line:sub(first, last), group }
    position = last + 1
  end
  parts[#parts + 1] = { line:sub(position) }
  return parts
end

---The lines of a text, each as parts with highlight groups.
---@param text string
---@return [string, string?][][]
function M.lines(text)
  local found, is_code = {}, false
  for index, line in ipairs(require("agentxd.ui.format").lines(text)) do
    if line:match("^%s*```") then
      is_code = not is_code
      found[index] = { { line, "AgentXMuted" } }
    elseif is_code then
      found[index] = { { line, "String" } }
    elseif line:match("^#+ ") then
      found[index] = { { line, "AgentXTitle" } }
    else
      found[index] = inline(line)
    end
  end
  return found
end

return M
