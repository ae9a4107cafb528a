/**
 * Words of operating systems that carry no instruction: nouns, states and what befalls software. A log line that a stranger can write is
 * shown to a model with these and numbers only, so that nothing in it can be obeyed.
 */
export const technicalWords: ReadonlySet<string> = new Set(
  `abort aborted absent acquire acquired acquiring active address aggregate allocate allocated allocation anomaly anomalies api assigned attempt attempts audience auth authentication authorization availability available average
  backend backoff backlog balancer bandwidth baseline batch bind binding block blocked body broker broken buffer burst byte bytes
  cache caching capacity cause causes certificate checksum chunk client clients cluster clusters cnf collision commit compaction component concurrency config configmap configuration conflict connect connected connecting connection connections consumer container containers context controller core cores corrupt count counter cpu cpus crash crashed cron
  database datacenter dataset db deadline deadlock degraded dependency dependencies deploy deployed deployment deployments denied descriptor detected device digest discard discarded disconnected disk disks dns domain driver dropped duplicate duration
  edge element empty endpoint endpoints entity entities entry eof error errors evicted eviction exception exec exhausted exit exited expired exponential
  failed failing failure failures fault fetch file filesystem firewall firing flag float flush frame freerun frequency full
  garbage gateway generation gibibytes gpu gpus graceful grpc
  handler handshake hardware header health healthy heap heartbeat holdover hop host hostname hosts http https
  identity idle image images inbound incident incidents ingress inode insufficient instance instances insert interface interfaces internal interrupt interval invalid io iops ip
  job jobs json kernel key keepalive kind kube kubelet kubernetes
  lag latency latencies leader lease limit limits linux listener load local lock locked log logs loss lost
  maintenance manifest master max mean median memory mesh metric metrics min missing mode module mount mtu
  namespace namespaces network node nodes null nvidia
  object offline offset online oom oomkilled openshift operator operators operation outage outbound overflow overload overloaded
  packet packets page panic parameter parse partition partitions path payload peer pending percentile percentiles permission persistent phase pipeline plane pod pods pool pools port preempted probe process processes producer prometheus promql protocol provider proxy ptp pull pvc
  quantile queries query queue queues quota quorum
  ratio read readiness ready rebalance record records recovered redirect refused region register registry reject rejected release replica replicas replicaset replication request requests reset resolver resource response responses restart restarted restarting restarts result resume retention retries retry revision role rollback rollout rollouts route router row rows rule rules runbook runbooks runtime
  sample samples saturated saturation scheduled scheduler schedule schema scrape segment selector series server servers serves service services session severity shard shutdown sidecar signal silence silenced size slo slos slow snapshot socket source span spans spec stack stalled standby starvation state statefulset statement statistics status storage stream string subnet swap sync synced synchronisation syscall
  table target task taint taints tcp telemetry template tenant terminated termination thermal thread threads threshold throttled throttling throughput timeout timeouts timed timestamp tls toleration topic topology trace traces tracing traffic transaction transient transport trigger truncated tunnel
  udp unable unauthorized unavailable unbound unexpected unhealthy unknown unreachable unready unschedulable upgrade upstream url usage used utc utilisation utilization
  value values version versions virtual vm volume volumes waiting warning webhook worker workers workload workloads write yaml zone
  crashloop crashloopbackoff imagepullbackoff errimagepull notready memorypressure diskpressure pidpressure`.split(
    /\s+/,
  ),
)
