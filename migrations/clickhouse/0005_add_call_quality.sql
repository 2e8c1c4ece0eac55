-- A video call is a session like a video: what its participants measured, by second (ms, and lost packets in parts per
-- million), and the checks of the network before it (1 good, 2 fair, 3 poor).
alter table media_sessions
    add column if not exists media_type SimpleAggregateFunction(max, LowCardinality(String)) after media_hash,
    add column if not exists rtts SimpleAggregateFunction(maxMap, Map(UInt32, UInt32)) after stalls,
    add column if not exists jitters SimpleAggregateFunction(maxMap, Map(UInt32, UInt32)) after rtts,
    add column if not exists losses SimpleAggregateFunction(maxMap, Map(UInt32, UInt32)) after jitters,
    add column if not exists network_checks SimpleAggregateFunction(maxMap, Map(UInt32, UInt8)) after losses;
