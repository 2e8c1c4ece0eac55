-- What was stored before the rollup existed; run twice it changes nothing, because the states hold distinct ids.
insert into analytics_events_daily
select organization_id, day, name, uniqExactState(event_id) from analytics_events group by organization_id, day, name;
