import type { DeploymentState } from '@aiops/contract/model/deployment'
import { Zap } from 'lucide-react'
import { Badge } from '../ui/badge.tsx'
import { stateLooks } from './state-look.ts'

export const StateBadge = ({ state }: { state: DeploymentState }) => (
  <Badge tone={stateLooks[state].tone} title={stateLooks[state].explain}>
    {stateLooks[state].word}
  </Badge>
)

export const EmergencyBadge = () => (
  <Badge tone="critical" title="It may pass the economic rules of the policy while its override holds">
    <Zap aria-hidden /> Emergency
  </Badge>
)
