import { PageTitle } from '../shell/page-title.tsx'
import { CardinalityPanel } from './cardinality-panel.tsx'
import { RulePanel } from './rule-panel.tsx'
import { SenderPanel } from './sender-panel.tsx'
import { TargetPanel } from './target-panel.tsx'

/** Where telemetry comes from, and what is done with it on the way in. */
export function SourcePage() {
  return (
    <>
      <PageTitle title="Sources" />
      <div className="space-y-4">
        <SenderPanel />
        <TargetPanel />
        <RulePanel />
        <CardinalityPanel />
      </div>
    </>
  )
}
