import type { Cluster } from '@aiops/contract/model/cluster'
import { Fault } from '../../kernel/fault.ts'
import type { AssistantDeps } from './index.ts'

const everyCluster = {
  ...{ name: '', cluster_type: [], environment: [], region: '', state: [], label: [] },
}

/**
 * The cluster that a request of an assistant is about: `cluster=NAME` or its id, else the only one there is, else the only hub. Throws
 * CLUSTER_NOT_FOUND, naming those there are.
 */
export function chosenCluster(
  { fleet }: Pick<AssistantDeps, 'fleet'>,
  tenant: string,
  query: URLSearchParams,
): Cluster {
  const all = fleet.list(tenant, everyCluster)
  const wanted = query.get('cluster')
  if (wanted !== null) {
    const found = all.find(({ id, name }) => id === wanted || name === wanted)
    if (found) return found
    throw new Fault('CLUSTER_NOT_FOUND', `There is no cluster ${wanted.slice(0, 128)}.`)
  }
  const hubs = all.filter(({ cluster_type }) => cluster_type === 'HUB')
  const only = all.length === 1 ? all[0] : hubs.length === 1 ? hubs[0] : undefined
  if (only) return only
  const names = all.slice(0, namesMax).map(({ name }) => name)
  throw new Fault(
    'CLUSTER_NOT_FOUND',
    all.length === 0
      ? 'There is no cluster; add one: aiops cluster add NAME --kubeconfig FILE.'
      : `Say which cluster, with ?cluster=NAME: ${names.join(', ')}${all.length > namesMax ? ', …' : ''}.`,
  )
}

const namesMax = 10
