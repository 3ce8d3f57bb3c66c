-- Another question at each request, so that no answer that is kept fits: wrk -s bench/questions.lua ADDRESS -- KIND
-- KIND: pages (the page from the next row on), boxes (a box elsewhere, of the same size), filters (another city, limit, place).
-- The same order at each run. ADDRESS ends in "?" or "&".
local cities = { "Helsinki", "Espoo", "Vantaa", "Tampere", "Turku", "Oulu" }
local kind, asked, base, chance = "pages", 0, "", 6

local function dice()
  chance = (chance * 16807) % 2147483647
  return chance / 2147483647
end

local questions = {
  pages = function() return string.format("limit=100&offset=%d", asked) end,
  boxes = function()
    local west, south = 21 + dice() * 6, 60 + dice() * 4
    return string.format("limit=1000&bbox=%.6f,%.6f,%.6f,%.6f", west, south, west + 2, south + 2)
  end,
  filters = function()
    local round = math.floor(asked / 6)
    return string.format("limit=%d&city=%s&offset=%d", 90 + round % 21, cities[asked % 6 + 1], math.floor(round / 21))
  end,
}

function init(args)
  kind, base = args[1] or kind, wrk.path
end

function request()
  asked = asked + 1
  return wrk.format("GET", base .. questions[kind]())
end
