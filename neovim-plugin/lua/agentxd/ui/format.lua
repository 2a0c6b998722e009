---Times, money and long texts in few characters.
local M = {}

---Milliseconds as `0:07`, `12:30`, `1:02:03`.
---@param ms integer
---@return string
function M.elapsed(ms)
  local seconds = math.max(0, math.floor(ms / 1000))
  local hours, minutes = math.floor(seconds / 3600), math.floor(seconds / 60) % 60
  if hours > 0 then
    return ("%d:%02d:%02d"):format(hours, minutes, seconds % 60)
  end
  return ("%d:%02d"):format(minutes, seconds % 60)
end

---Wall milliseconds now, as the daemon counts them.
---@return integer
function M.now_ms()
  local seconds, micros = vim.uv.gettimeofday()
  return seconds * 1000 + math.floor(micros / 1000)
end

---Millionths of a dollar as `$0.0042`, or `$1.20` from a dollar on.
---@param micros integer
---@return string
function M.dollars(micros)
  return (micros >= 1000000 and "$%.2f" or "$%.4f"):format(micros / 1000000)
end

---`1 hunk`, `2 hunks`.
---@param n integer
---@param noun string
---@return string
function M.counted(n, noun)
  return n == 1 and "1 " .. noun or ("%d %ss"):format(n, noun)
end

---The first line of a text, cut to so many columns.
---@param text string
---@param width integer
---@return string
function M.short(text, width)
  local line = vim.trim(text):match("^[^\r\n]*") or ""
  line = line:gsub("%s+", " ")
  if vim.fn.strdisplaywidth(line) <= width then
    return line
  end
  local n = vim.fn.strchars(line)
  while n > 0 and vim.fn.strdisplaywidth(line) > width - 1 do
    n = math.min(n - 1, math.floor(n * width / vim.fn.strdisplaywidth(line)) + 1)
    line = vim.fn.strcharpart(line, 0, n)
  end
  return line .. "…"
end

---Clock time of wall milliseconds.
---@param ms integer
---@return string
function M.clock(ms)
  return tostring(os.date("%H:%M:%S", math.floor(ms / 1000)))
end

---@param text string
---@return string[]
function M.lines(text)
  return vim.split((text:gsub("\r\n", "\n"):gsub("\r", "\n")), "\n", { plain = true })
end

return M
