import { useState } from 'react'
import type { ClusterPanelProps } from '../cluster/cluster-tab.ts'
import { useClusterOverview } from '../cluster/use-cluster.ts'
import { MermaidButton } from './mermaid-button.tsx'
import { MomentPicker } from './moment-picker.tsx'
import { NamespaceField } from './namespace-field.tsx'
import { NamespaceGraph } from './namespace-graph.tsx'
import { NetworkView } from './network-view.tsx'
import { SwitchButton } from './switch-button.tsx'
import { TabFrame } from './tab-frame.tsx'
import { useTabSearch } from './use-tab-search.ts'

/** A namespace is shown first that is not of the system itself. */
const ofSystem = /^(kube-|openshift-?|default$)/

export function TopologyTab({ cluster }: ClusterPanelProps) {
  const { search, change } = useTabSearch()
  const { data: overview } = useClusterOverview(cluster.id)
  const [withNodes, setWithNodes] = useState(true)
  const network = search.view === 'network'
  const names = overview?.namespace_names ?? []
  const namespace =
    search.namespace ?? (network ? '' : (names.find((name) => !ofSystem.test(name)) ?? names[0] ?? ''))
  const filter = (
    <>
      <SwitchButton on={!network} onChange={() => change({ view: undefined })}>
        Topology
      </SwitchButton>
      <SwitchButton on={network} onChange={() => change({ view: 'network', at: undefined })}>
        Network
      </SwitchButton>
      <NamespaceField
        clusterId={cluster.id}
        value={namespace || undefined}
        onChange={(next) => change({ namespace: next })}
        all={network ? 'All namespaces' : 'Choose a namespace'}
      />
      {!network && (
        <SwitchButton on={withNodes} onChange={(on) => setWithNodes(on === true)}>
          With nodes
        </SwitchButton>
      )}
      <span className="ml-auto" />
      <MermaidButton
        clusterId={cluster.id}
        namespace={namespace}
        diagram={network ? 'network' : 'flowchart'}
      />
      {!network && (
        <MomentPicker
          clusterId={cluster.id}
          at={search.at}
          onChange={(at) => change({ at }, search.at !== undefined)}
        />
      )}
    </>
  )
  return (
    <TabFrame {...{ cluster, search, change, filter }} label="Topology">
      {network ? (
        <NetworkView clusterId={cluster.id} namespace={namespace} change={change} />
      ) : (
        <NamespaceGraph
          key={namespace}
          clusterId={cluster.id}
          at={search.at}
          {...{ namespace, withNodes, change }}
        />
      )}
    </TabFrame>
  )
}
