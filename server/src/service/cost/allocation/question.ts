/**
 * PromQL of everything that costs come from. Names are those of kube-state-metrics 2, of cAdvisor and of OpenCost; `aiops_…` are what a
 * watched cluster tells where there is no kube-state-metrics. Each is grouped to what is needed, so that two scrapers of one exporter count once.
 */
const cluster = 'cluster, cluster_id'
const ofContainer = `${cluster}, namespace, pod, container, node`
const ofNode = `${cluster}, node`
const container = 'container!="",container!="POD"'
const measured = (name: string): string => `last_over_time(${name}[1h])`

/** What is read at every step. `window` is what a rate looks at: at least 5 minutes, and no less than the step. */
export const stepQuestions = (window: string) =>
  ({
    cpuRequest: `max by (${ofContainer}) (kube_pod_container_resource_requests{resource="cpu"})`,
    ramRequest: `max by (${ofContainer}) (kube_pod_container_resource_requests{resource="memory"})`,
    gpuRequest: `max by (${ofContainer}) (kube_pod_container_resource_requests{resource=~".+_com_gpu"})`,
    cpuUsage: `max by (${ofContainer}) (rate(container_cpu_usage_seconds_total{${container},cpu=~"total|"}[${window}]))`,
    ramUsage: `max by (${ofContainer}) (container_memory_working_set_bytes{${container}})`,
    cpuAllocated: `max by (${ofContainer}) (container_cpu_allocation)`,
    ramAllocated: `max by (${ofContainer}) (container_memory_allocation_bytes)`,
    gpuAllocated: `max by (${ofContainer}) (container_gpu_allocation)`,
    watchedCpu: `max by (${ofContainer}) (aiops_pod_cpu_request_cores)`,
    watchedRam: `max by (${ofContainer}) (aiops_pod_memory_request_bytes)`,
    watchedGpu: `max by (${ofContainer}) (aiops_pod_gpu_request)`,
    ended: `max by (${cluster}, namespace, pod) (kube_pod_status_phase{phase=~"Succeeded|Failed"} == 1)`,
    nodeCpu: `max by (${ofNode}) (kube_node_status_capacity{resource="cpu"} or kube_node_status_capacity_cpu_cores or aiops_node_cpu_cores)`,
    nodeRam: `max by (${ofNode}) (kube_node_status_capacity{resource="memory"} or kube_node_status_capacity_memory_bytes or aiops_node_memory_bytes)`,
    nodeGpu: `max by (${ofNode}) (kube_node_status_capacity{resource=~".+_com_gpu"} or node_gpu_count or aiops_node_gpus)`,
    cpuPrice: `max by (${ofNode}) (${measured('node_cpu_hourly_cost')})`,
    ramPrice: `max by (${ofNode}) (${measured('node_ram_hourly_cost')})`,
    gpuPrice: `max by (${ofNode}) (${measured('node_gpu_hourly_cost')})`,
    spot: `max by (${ofNode}) (${measured('kubecost_node_is_spot')})`,
    volumePrice: `max by (${cluster}, persistentvolume) (${measured('pv_hourly_cost')})`,
    volumeBytes: `max by (${cluster}, persistentvolume) (kube_persistentvolume_capacity_bytes)`,
    claimBytes: `max by (${cluster}, namespace, persistentvolumeclaim) (kube_persistentvolumeclaim_resource_requests_storage_bytes)`,
    mounted: `max by (${cluster}, namespace, pod, persistentvolumeclaim) (kube_pod_spec_volumes_persistentvolumeclaims_info or pod_pvc_allocation)`,
    balancerCost: `max by (${cluster}, namespace, service_name, ingress_ip) (kubecost_load_balancer_cost)`,
    balancer: `max by (${cluster}, namespace, service) (kube_service_spec_type{type="LoadBalancer"})`,
    egress: `sum by (${cluster}, namespace, pod_name, internet, same_region, same_zone) (rate(kubecost_pod_network_egress_bytes_total[${window}]))`,
    zonePrice: `max by (${cluster}) (${measured('kubecost_network_zone_egress_cost')})`,
    regionPrice: `max by (${cluster}) (${measured('kubecost_network_region_egress_cost')})`,
    internetPrice: `max by (${cluster}) (${measured('kubecost_network_internet_egress_cost')})`,
    management: `max by (${cluster}) (kubecost_cluster_management_cost)`,
    placed:
      'max by (service, provider) (swen_service_cost) and on (service, provider) (max by (service, provider) (swen_service_placement) == 1)',
  }) as const
export type StepQuestion = keyof ReturnType<typeof stepQuestions>

/** What is read once of a stretch of time: who belongs to what. The newest of the stretch counts. */
export const directoryQuestions = (span: string) =>
  ({
    podInfo: `last_over_time(kube_pod_info[${span}])`,
    podOwner: `last_over_time(kube_pod_owner[${span}])`,
    podLabels: `last_over_time(kube_pod_labels[${span}])`,
    namespaceLabels: `last_over_time(kube_namespace_labels[${span}])`,
    replicaSetOwner: `last_over_time(kube_replicaset_owner[${span}])`,
    nodeLabels: `last_over_time(kube_node_labels[${span}])`,
    nodeInfo: `last_over_time(kube_node_info[${span}])`,
    nodePriced: `last_over_time(node_cpu_hourly_cost[${span}])`,
    claimInfo: `last_over_time(kube_persistentvolumeclaim_info[${span}])`,
    watchedPod: `last_over_time(aiops_pod_cpu_request_cores[${span}])`,
    watchedNode: `last_over_time(aiops_node_cpu_cores[${span}])`,
  }) as const
export type DirectoryQuestion = keyof ReturnType<typeof directoryQuestions>
