import type { MetricChoice } from './question.ts'

/** Words for what is measured, by aspect; the first aspect that a word belongs to counts, and later ones only add to it. */
export const metricWords: Readonly<Record<Exclude<MetricChoice['aspect'], 'NAMED'>, string>> = {
  LATENCY:
    'latency, latencies, response time, p50, p75, p90, p95, p99, p999, percentile, quantile, median, duration, request duration, how slow, how fast, slowness, response times, time to respond, speed, round trip, rtt, round trip time, slow, slower, slowest, fastest, faster, tail latency, service time, processing time, fast, laggy, sluggish',
  ERRORS:
    'error rate, error ratio, error percentage, error count, failure rate, failure ratio, failed request, request failing, error, 5xx, 500s, http error, server error, percent of request fail, fail request, success rate, fail, failure, http 500, how many request fail',
  TRAFFIC:
    'traffic, rps, qps, throughput, request rate, request per second, requests per second, request, hits, hit rate, req/s, rpm, request per minute, call rate, number of request, message rate, load on, calls per second, call per second, request volume, volume of request, request count, busy, how busy, busiest, messages per second, volume',
  CPU: 'cpu, processor, core, cores, load average, cpu usage, cpu time, millicore, compute, cpu load, cpus, processing power',
  MEMORY:
    'memory, ram, mem, rss, heap, resident memory, working set, memory usage, vram, memory footprint, footprint',
  DISK: 'disk, storage, filesystem, file system, volume usage, disk space, free space, space, inode, inodes, pvc, partition, mountpoint, hard drive, ssd, /var, disc',
  NETWORK:
    'network, bandwidth, packet, packet loss, nic, network traffic, network throughput, retransmit, rx, tx, mbps, bytes in, bytes out',
  POOL: 'connection pool, connection, pool, db pool, database connection, pool usage, open connection, connections, db connection, pool connection',
  LAG: 'lag, backlog, queue depth, consumer lag, queue length, queue size, offset lag, messages waiting, queued, message backlog, unprocessed, pile up, piling up',
  RESTARTS: 'restart, restarts, restart count, reboot',
  TEMPERATURE:
    'temperature, temp, hot, heat, degree, thermal, celsius, hotter, hottest, warm, overheat, overheating, temps, throttled, throttle, throttling, cool',
  POWER: 'power, watt, watts, power draw, power consumption, energy',
  UTILIZATION:
    'utilization, utilisation, usage, util, saturation, load, how loaded, use of resource, resource usage, resource, resources, occupancy, capacity, idle, loaded',
}

/** Words that say "this is a number that is measured" without saying which. */
export const measureWords =
  'rate, ratio, value, level, percentage, percent, average, mean, maximum, current, usage, count, number, per second, amount'
