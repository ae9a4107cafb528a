import { CorrectionPanel } from './correction-panel.tsx'
import { EffectPanel } from './effect-panel.tsx'
import { ModelPanel } from './model-panel.tsx'
import { QuarantinePanel } from './quarantine-panel.tsx'

/** What people said, what was learned from it, and whether that helped. */
export function LearningTab() {
  return (
    <div className="space-y-4">
      <EffectPanel />
      <QuarantinePanel />
      <CorrectionPanel />
      <ModelPanel />
    </div>
  )
}
