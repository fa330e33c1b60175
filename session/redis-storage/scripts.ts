import { hash } from 'node:crypto'

/** A Lua script, and the name under which a server that has seen it knows it. */
export interface RedisScript {
  lua: string
  sha1: string
}

/**
 * Applies changes to a session that is there, in one step, and moves it to another key where one is
 * given. It does what `applyChanges` does, on the text that record.ts describes.
 *
 * KEYS: the session; the key to move it to, if any. ARGV: the changes; how many milliseconds the
 * session has left, or '' to leave that as it is; the largest text in bytes; what to leave in its
 * place, and for how many milliseconds. The answer is the stored text, or nil if there is no such
 * session, or `{ text }` if it would be too large. What is larger already is no session: reading it
 * would hold up everybody.
 */
export const updateScript = script(`
-- An ordered map, as a Map in JavaScript is: what is replaced keeps its place.
local function map()
  return { items = {}, places = {}, names = {} }
end

local function put(map, name, item)
  if map.items[name] == nil then
    map.names[#map.names + 1] = name
    map.places[name] = #map.names
  end
  map.items[name] = item
end

local function cut(map, name)
  if map.items[name] == nil then return end
  map.items[name] = nil
  map.names[map.places[name]] = false
end

local function each(map, visit)
  for _, name in ipairs(map.names) do
    if name then visit(name, map.items[name]) end
  end
end

local values, flashes, aliases, unknown = map(), map(), {}, {}
local times, persistent
local object -- whose properties the next lines are

local entries = {}

function entries.times(createdAt, renewedAt, expiresAt, maxAge)
  times = { createdAt, renewedAt, expiresAt, maxAge }
end

function entries.persistent(boolean)
  persistent = boolean
end

function entries.alias(reference)
  aliases[#aliases + 1] = reference
end

function entries.value(key, json)
  put(values, key, json)
  cut(flashes, key)
end

function entries.object(key)
  object = map()
  put(values, key, object)
  cut(flashes, key)
end

function entries.merge(key)
  local value = values.items[key]
  if type(value) == 'table' then
    object = value
    cut(flashes, key)
  else
    entries.object(key)
  end
end

function entries.property(name, json)
  put(object, name, json)
end

function entries.without(name)
  cut(object, name)
end

function entries.add(key, by)
  local number = tonumber(values.items[key]) or 0
  entries.value(key, string.format('%.17g', number + by))
end

function entries.flash(key, json, token)
  put(flashes, key, { json = json, token = token })
  cut(values, key)
end

function entries.remove(key)
  cut(values, key)
  cut(flashes, key)
end

function entries.read(token, key)
  local flash = flashes.items[key]
  if flash and flash.token == token then cut(flashes, key) end
end

local function apply(text)
  for line in text:gmatch('[^\\n]+') do
    local columns = {}
    for column in line:gmatch('[^\\t]+') do columns[#columns + 1] = column end
    local entry = entries[columns[1]]
    if entry then entry(unpack(columns, 2)) else unknown[#unknown + 1] = line end
  end
end

local function write(header)
  local lines = { header }
  local function add(...) lines[#lines + 1] = table.concat({ ... }, '\\t') end
  add('times', unpack(times))
  if persistent then add('persistent', persistent) end
  for _, reference in ipairs(aliases) do add('alias', reference) end
  each(values, function(key, value)
    if type(value) == 'string' then return add('value', key, value) end
    add('object', key)
    each(value, function(name, json) add('property', name, json) end)
  end)
  each(flashes, function(key, flash) add('flash', key, flash.json, flash.token, '-') end)
  for _, line in ipairs(unknown) do lines[#lines + 1] = line end
  return table.concat(lines, '\\n')
end

-- A time to live in milliseconds for a session that has lost its own, as by PERSIST.
local function idleLimit()
  return string.format('%.0f', math.max(1, math.min(times[4] * 1000, 2 ^ 52)))
end

local largest = tonumber(ARGV[3])
local stored = redis.pcall('GETRANGE', KEYS[1], 0, largest)
if type(stored) == 'table' then
  -- A list, a hash or the like is no session, and neither is broken text.
  if stored.err:find('WRONGTYPE', 1, true) then return false end
  return stored
end
local header = 'session 1'
if #stored > largest or stored:sub(1, #header + 1) ~= header .. '\\n' then return false end
if stored:find('\\nsuccessor\\t', 1, true) then return stored end

if not pcall(apply, stored:sub(#header + 2)) or not times then return false end
local before, chosen = times, persistent
persistent = nil
apply(ARGV[1])

local expiry = ARGV[2]
if times ~= before then
  local own = times
  -- A save that took long is older than what it meets, and sets nothing back.
  local isLate = tonumber(before[2]) > tonumber(own[2])
  local renewedAt = isLate and before[2] or own[2]
  local expiresAt = own[3] + (renewedAt - own[2])
  times = { own[1], renewedAt, string.format('%.0f', expiresAt), own[4] }
  if persistent == nil and chosen then
    -- A limit that another request chose meanwhile stays, and what is left of it moves along.
    local createdAt = before[1]
    expiresAt = before[3] + (renewedAt - before[2])
    if tonumber(own[1]) > tonumber(createdAt) then
      -- The new id begins the absolute limit anew, which is at least what the session had in all.
      local lifetime = before[3] - createdAt
      createdAt = own[1]
      expiresAt = math.min(renewedAt + before[4] * 1000, createdAt + lifetime)
    end
    times = { createdAt, renewedAt, string.format('%.0f', expiresAt), before[4] }
  end
  expiry = string.format('%.0f', math.max(1, expiry + (expiresAt - own[3])))
end
persistent = persistent or chosen

local text = write(header)
if #text > largest then return { text } end

if expiry == '' and redis.call('PTTL', KEYS[1]) < 0 then expiry = idleLimit() end
if expiry == '' then
  redis.call('SET', KEYS[1], text, 'KEEPTTL')
else
  redis.call('SET', KEYS[1], text, 'PX', expiry)
end
if KEYS[2] then
  redis.call('RENAME', KEYS[1], KEYS[2])
  redis.call('SET', KEYS[1], ARGV[4], 'PX', ARGV[5])
end
return text
`)

/** Deletes a session. One that got a new id stays, and what it left is the answer. */
export const deleteScript = script(`
-- What a session leaves is short, and everything else goes, whatever it is.
local stored = redis.pcall('GETRANGE', KEYS[1], 0, 1023)
if type(stored) == 'string' and stored:find('\\nsuccessor\\t', 1, true) then return stored end
redis.call('DEL', KEYS[1])
return false
`)

function script(lua: string): RedisScript {
  // A server names scripts by SHA-1; nothing here rests on its strength.
  return { lua, sha1: hash('sha1', lua) }
}
