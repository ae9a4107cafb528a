import type { ClusterView, ObjectRef } from '../view.ts'
import { type Check, counted, named, passed, unknown } from './health-check.ts'

const place = 'azure-arc'
/** What Azure Arc runs in every connected cluster. */
const agents = [
  'clusterconnect-agent',
  'config-agent',
  'controller-manager',
  'extension-manager',
  'metrics-agent',
  'resource-sync-agent',
]
/** Those that speak with Azure on behalf of the rest. */
const connecting = ['clusterconnect-agent', 'clusteridentityoperator', 'kube-aad-proxy']

const remediation = {
  description: 'Look at the agents of Azure Arc and at whether the cluster reaches the endpoints of Azure.',
  kubectl_commands: [
    'kubectl get deployments,pods -n azure-arc',
    'kubectl logs -n azure-arc deployment/clusterconnect-agent --all-containers --tail=50',
  ],
  az_commands: [
    'az connectedk8s show --name CLUSTER --resource-group GROUP --query connectivityStatus',
    'az connectedk8s troubleshoot --name CLUSTER --resource-group GROUP',
  ],
}

const arcAgents: Check = {
  ...{ id: 'arc_agents', category: 'arc', title: 'The agents of Azure Arc run' },
  needs: ['Deployment'],
  applies: ({ platform }) => platform.arc,
  run({ view }) {
    const there = view.list('Deployment', place)
    if (there.length === 0) return unknown(`Nothing is seen of the namespace ${place}.`)
    const down = unavailable(view, agents)
    if (down.length > 0) {
      const message = `${counted(down.length, 'agent')} not available: ${named(down)}.`
      return { status: 'FAIL', severity: 'HIGH', message, objects: down }
    }
    const absent = agents.filter((name) => !view.get('Deployment', place, name))
    if (absent.length > 0)
      return { status: 'WARNING', severity: 'MEDIUM', message: `Not there: ${absent.join(', ')}.` }
    return passed(`${counted(agents.length, 'agent')} available.`)
  },
  remediation,
}

/** From within the cluster one sees that it cannot be connected, never that Azure hears it. */
const arcConnectivity: Check = {
  ...{ id: 'arc_connectivity', category: 'arc', title: 'Azure Arc is connected' },
  needs: ['Deployment'],
  applies: ({ platform }) => platform.arc,
  run({ view }) {
    const down = unavailable(view, connecting)
    if (down.length > 0) {
      const message = `What speaks with Azure is not available: ${named(down)}.`
      return { status: 'FAIL', severity: 'HIGH', message, objects: down }
    }
    return unknown('Its agents run; whether Azure hears them is not visible from within the cluster.')
  },
  remediation,
}

function unavailable(view: ClusterView, names: readonly string[]): ObjectRef[] {
  return names.flatMap((name) => {
    const deployment = view.get('Deployment', place, name)
    if (!deployment) return []
    const wanted = deployment.spec.replicas ?? 1
    const isDown = (deployment.status.availableReplicas ?? 0) < Math.min(1, wanted) || wanted === 0
    return isDown ? [{ kind: 'Deployment', namespace: place, name }] : []
  })
}

export const arcChecks: readonly Check[] = [arcAgents, arcConnectivity]
