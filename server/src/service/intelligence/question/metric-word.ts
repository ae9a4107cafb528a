import type { MetricChoice } from './question.ts'

/** Words for what is measured, by aspect; the first aspect that a word belongs to counts, and later ones only add to it. */
export const metricWords: Readonly<Record<Exclude<MetricChoice['aspect'], 'NAMED'>, string>> = {
  LATENCY:
    'latency, latencies, response time, p50, p75, p90, p95, p99, p999, percentile, quantile, median, duration, request duration, how slow, how fast, slowness, response times, time to respond, speed, round trip, rtt, round trip time, slow, slower, slowest, fastest, faster, tail latency, service time, processing time, fast, laggy, sluggish, latency wise, speed wise, lag behind, slowpoke, laggiest, quickest, snappy, quick, how quick, response',
  ERRORS:
    'error rate, error ratio, error percentage, error count, failure rate, failure ratio, failed request, request failing, error, 5xx, 500s, http error, server error, percent of request fail, fail request, success rate, fail, failure, http 500, how many request fail, bomb, bomb out, fail percentage, fail rate, errors, error wise, percent fail, call fail, blow up, throw 500',
  TRAFFIC:
    'traffic, rps, qps, throughput, request rate, request per second, requests per second, request, hits, hit rate, req/s, rpm, request per minute, call rate, number of request, message rate, load on, calls per second, call per second, request volume, volume of request, request count, busy, how busy, busiest, messages per second, req, reqs, req wise, request wise, traffic wise, requests, hammer, hammered',
  CPU: 'cpu, processor, core, cores, load average, cpu usage, cpu time, millicore, compute, cpu load, cpus, processing power, cpu wise, crunch, processing, cpu hungry',
  MEMORY:
    'memory, ram, mem, rss, heap, resident memory, working set, memory usage, vram, memory footprint, footprint, memory wise, ram wise, mem wise, resident',
  DISK: 'disk, storage, filesystem, file system, volume usage, disk space, free space, space, inode, inodes, pvc, partition, mountpoint, hard drive, ssd, /var, disc, disk wise, var, root partition, mount, disk full, hdd, drives, drive, out of space, gig, gigs, gb leave, gb free',
  NETWORK:
    'network, bandwidth, packet, packet loss, nic, network traffic, network throughput, retransmit, rx, tx, mbps, bytes in, bytes out',
  POOL: 'connection pool, connection, pool, db pool, database connection, pool usage, open connection, connections, db connection, pool connection, conn pool, pool of connection, connection in use, db conn, free connection',
  LAG: 'lag, backlog, queue depth, consumer lag, queue length, queue size, offset lag, messages waiting, queued, message backlog, unprocessed, pile up, piling up, consumer behind, fall behind, how far behind, pending messages, stack up, queue up, keep up, keep pace, messages behind, message behind, behind on',
  RESTARTS: 'restart, restarts, restart count, reboot',
  TEMPERATURE:
    'temperature, temp, hot, heat, degree, thermal, celsius, hotter, hottest, warm, overheat, overheating, temps, throttled, throttle, throttling, cool',
  POWER: 'power, watt, watts, power draw, power consumption, energy',
  UTILIZATION:
    'utilization, utilisation, usage, util, saturation, load, how loaded, use of resource, resource usage, resource, resources, occupancy, capacity, idle, loaded, how hard, hard work, stressed, max out, maxed out, saturate, saturated, peg, pegged, overloaded, full load, tight',
}

/** Words that say "this is a number that is measured" without saying which. */
export const measureWords =
  'rate, ratio, value, level, percentage, percent, average, mean, maximum, current, usage, count, number, per second, amount'
