import type { IncidentDetail } from '@aiops/contract/model/incident'
import { useNavigate } from '@tanstack/react-router'
import { Network } from 'lucide-react'
import { useMemo, useState } from 'react'
import { LazyGraph } from '../topology/lazy-graph.tsx'
import { isFlow, subgraphAround } from '../topology/subgraph.ts'
import { useTopology } from '../topology/use-topology.ts'
import { Empty } from '../ui/empty.tsx'
import { Failure } from '../ui/failure.tsx'
import { Panel } from '../ui/panel.tsx'
import { Skeleton } from '../ui/skeleton.tsx'
import { causalRoles } from './causal-roles.ts'
import { firstSigns, rolesAt } from './propagation.ts'
import { PropagationBar } from './propagation-bar.tsx'

/** The part of the topology that the incident is about, with the likely cause marked, and how trouble spread over it. Callers left, what they call right. */
export function CausalGraph({ incident }: { incident: IncidentDetail }) {
  const { data, error, refetch } = useTopology()
  const navigate = useNavigate()
  const rolesKey = JSON.stringify([...causalRoles(incident)])
  // biome-ignore lint/correctness/useExhaustiveDependencies: `rolesKey` is the roles by value; live figures must not make the graph anew
  const roles = useMemo(() => causalRoles(incident), [rolesKey])
  const signs = useMemo(() => firstSigns(incident), [incident])
  const [step, setStep] = useState(Number.POSITIVE_INFINITY)
  const rolesNow = useMemo(() => rolesAt(roles, signs, step), [roles, signs, step])
  const shown = useMemo(() => data && subgraphAround(data, [...roles.keys()], isFlow), [data, roles])
  return (
    <Panel
      title="Where"
      note="callers left, what they call right; edges show calls, mean latency and errors of the last minute"
      bodyClassName="p-0"
    >
      {error && !data && <Failure error={error} onRetry={() => void refetch()} className="m-4" />}
      {!data && !error && <Skeleton className="m-4 h-64" />}
      {shown && shown.entities.length === 0 && (
        <Empty icon={Network} title="These entities are not in the topology">
          Who calls whom is learned from spans; send traces to see it here.
        </Empty>
      )}
      {shown && shown.entities.length > 0 && (
        <div className="h-80">
          <LazyGraph
            topology={shown}
            roles={rolesNow}
            onChoose={(entity) => void navigate({ to: '/topology', search: { entity } })}
            label="Causal graph"
          />
        </div>
      )}
      {shown && shown.entities.length > 0 && signs.length > 1 && (
        <PropagationBar signs={signs} step={step} onStep={setStep} />
      )}
    </Panel>
  )
}
