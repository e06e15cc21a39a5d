-- The same as account.ts and outlook.ts, for Redis to run as one step.
--
-- KEYS   1 the account as JSON: the requests under way, the line, the holds
--        2 a hash: by a window's key, [its length, until when it is held, when each of its requests ended …]
--        3 a sorted set: by a window's key, when it may be forgotten
-- ARGV   1 "acquire" or "release"
--        2 the request, or { ticket, hold }: JSON
--        3 how long who waits is remembered after the time to ask again
--        4 the time, in tests; else it is Redis's own
--
-- An answer has four numbers: whether it may go, how long to wait, whether that is for the number of requests at once, and
-- how many are before it in line.

local NEVER, FAR = math.huge, 32

local time = redis.call("TIME")
local now = tonumber(ARGV[4]) or time[1] * 1000 + math.floor(time[2] / 1000)
local input = cjson.decode(ARGV[2])
local stored = redis.call("GET", KEYS[1])
local account = stored and cjson.decode(stored) or { underWay = {}, line = {}, holds = {} }

local pasts = {}
local function past(key)
  if not pasts[key] then
    local row = redis.call("HGET", KEYS[2], key)
    row = row and cjson.decode(row) or { 0, 0 }
    local ended = {}
    for index = 3, #row do
      ended[#ended + 1] = row[index]
    end
    pasts[key] = { windowMs = row[1], heldUntil = row[2], ended = ended }
  end
  return pasts[key]
end

local function keep(key)
  local window = past(key)
  local row, last = { window.windowMs, window.heldUntil }, 0
  for _, ended in ipairs(window.ended) do
    if ended + window.windowMs > now then
      row[#row + 1] = ended
      last = math.max(last, ended)
    end
  end
  redis.call("HSET", KEYS[2], key, cjson.encode(row))
  redis.call("ZADD", KEYS[3], math.max(window.heldUntil, last + window.windowMs), key)
end

local function finish(place, at)
  for _, window in ipairs(place.windows) do
    local before = past(window.key)
    before.windowMs = math.max(before.windowMs, window.windowMs)
    table.insert(before.ended, at)
    keep(window.key)
  end
end

local function filter(list, stays)
  local kept = {}
  for _, item in ipairs(list) do
    if stays(item) then
      kept[#kept + 1] = item
    end
  end
  return kept
end

local function lasts(item)
  return item["until"] > now
end

-- Forgets what is over by now.
account.underWay = filter(account.underWay, function(place)
  if not lasts(place) then
    finish(place, place["until"])
  end
  return lasts(place)
end)
account.line = filter(account.line, lasts)
account.holds = filter(account.holds, lasts)
local over = redis.call("ZRANGEBYSCORE", KEYS[3], "-inf", now, "LIMIT", 0, 1000)
if #over > 0 then
  redis.call("HDEL", KEYS[2], unpack(over))
  redis.call("ZREM", KEYS[3], unpack(over))
end

-- The account as it would be if those that can go went.
local outlook, underWay = {}, #account.underWay

local function room(key)
  if not outlook[key] then
    local before = past(key)
    local taken = {}
    for _, ended in ipairs(before.ended) do
      taken[#taken + 1] = { finish = ended + before.windowMs, known = true }
    end
    outlook[key] = { taken = taken, unknown = 0, heldUntil = before.heldUntil }
  end
  return outlook[key]
end

local function take(windows, at)
  for _, window in ipairs(windows) do
    table.insert(room(window.key).taken, { finish = at + window.windowMs })
  end
end

local function hasRoom(window, at, certain)
  local there = room(window.key)
  if there.heldUntil > at then
    return false
  end
  if there.at ~= at then
    there.at = at
    there.taken = filter(there.taken, function(place)
      if place.finish <= at and not place.known then
        there.unknown = there.unknown + 1
      end
      return place.finish > at
    end)
  end
  return #there.taken + (certain and there.unknown or 0) < window.most
end

-- `mine`: of these windows it is enough that they may be free.
local function haveRoom(windows, at, mine)
  for _, window in ipairs(windows) do
    if not hasRoom(window, at, not mine[window.key]) then
      return false
    end
  end
  return true
end

local function mostAtOnce(most, at)
  for _, hold in ipairs(account.holds) do
    if hold["until"] > at then
      most = math.min(most, hold.atOnce)
    end
  end
  return most
end

local function goesNow(wish)
  local goes = underWay < mostAtOnce(wish.atOnce, now) and haveRoom(wish.windows, now, {})
  if goes then
    underWay = underWay + 1
    take(wish.windows, now)
  end
  return goes
end

local function after(at)
  local first = NEVER
  local function note(time)
    if time > at and time < first then
      first = time
    end
  end
  for _, hold in ipairs(account.holds) do
    note(hold["until"])
  end
  for _, there in pairs(outlook) do
    note(there.heldUntil)
    for _, place in ipairs(there.taken) do
      note(place.finish)
    end
  end
  return first
end

local function soonest(wish, ahead)
  local mine = {}
  for _, window in ipairs(wish.windows) do
    mine[window.key] = true
  end
  local at, waiting, atOnce = now, ahead, 0
  for moment = 1, FAR do
    waiting = filter(waiting, function(other)
      local goes = haveRoom(other.windows, at, mine)
      if goes then
        take(other.windows, at)
      end
      return not goes
    end)
    local fits = haveRoom(wish.windows, at, mine)
    if moment == 1 and fits then
      atOnce = 1
    end
    local later = after(at)
    if (fits and mostAtOnce(wish.atOnce, at) > 0) or later == NEVER then
      break
    end
    at = later
  end
  return math.ceil(at - now), atOnce
end

local function placeOf(ticket)
  for index, place in ipairs(account.underWay) do
    if place.ticket == ticket then
      return place, index
    end
  end
end

local function positionOf(ticket)
  for index, waiting in ipairs(account.line) do
    if waiting.ticket == ticket then
      return index
    end
  end
end

local function leave(ticket)
  local index = positionOf(ticket)
  if index then
    table.remove(account.line, index)
  end
end

local function acquire()
  for _, other in ipairs(account.underWay) do
    take(other.windows, now)
  end
  local place = placeOf(input.ticket)
  local position = positionOf(input.ticket) or #account.line + 1
  local granted, ahead = place or input.force, {}
  if not granted then
    for index = 1, position - 1 do
      if not goesNow(account.line[index]) then
        ahead[#ahead + 1] = account.line[index]
      end
    end
    granted = goesNow(input)
  end
  if granted then
    leave(input.ticket)
    if place then
      place["until"] = now + input.leaseMs
    else
      table.insert(account.underWay, {
        ticket = input.ticket,
        windows = input.windows,
        ["until"] = now + input.leaseMs,
      })
    end
    return { 1, 0, 0, 0 }
  end
  local waitMs, atOnce = soonest(input, ahead)
  account.line[position] = {
    ticket = input.ticket,
    windows = input.windows,
    atOnce = input.atOnce,
    ["until"] = now + waitMs + tonumber(ARGV[3]),
  }
  return { 0, waitMs, atOnce, position - 1 }
end

local function release()
  leave(input.ticket)
  local place, index = placeOf(input.ticket)
  if place then
    table.remove(account.underWay, index)
    finish(place, now)
  end
  local hold = input.hold
  if hold then
    local till = now + hold.ms
    for _, key in ipairs(hold.windows or {}) do
      past(key).heldUntil = math.max(past(key).heldUntil, till)
      keep(key)
    end
    if hold.atOnce then
      local same = filter(account.holds, function(other)
        return other.atOnce == hold.atOnce
      end)[1]
      if not same then
        same = { atOnce = hold.atOnce, ["until"] = 0 }
        table.insert(account.holds, same)
      end
      same["until"] = math.max(same["until"], till)
    end
  end
  return { 1, 0, 0, 0 }
end

local answer = ARGV[1] == "acquire" and acquire() or release()

-- Nothing stays for ever: the keys go when nothing in them counts any more.
local last = now
for _, place in ipairs(account.underWay) do
  last = math.max(last, place["until"])
  for _, window in ipairs(place.windows) do
    last = math.max(last, place["until"] + window.windowMs)
  end
end
for _, list in ipairs({ account.line, account.holds }) do
  for _, item in ipairs(list) do
    last = math.max(last, item["until"])
  end
end
if last > now then
  redis.call("SET", KEYS[1], cjson.encode(account), "PX", math.ceil(last - now))
else
  redis.call("DEL", KEYS[1])
end
local latest = redis.call("ZREVRANGE", KEYS[3], 0, 0, "WITHSCORES")[2]
if latest then
  local left = math.max(math.ceil(latest - now), 1)
  redis.call("PEXPIRE", KEYS[2], left)
  redis.call("PEXPIRE", KEYS[3], left)
end
return answer
