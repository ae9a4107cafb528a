import type { FeedbackEffect, LabelComparison } from '@aiops/contract/model/feedback'
import { FigureList } from '../ui/figure-list.tsx'
import { formatCount, formatPercent } from '../ui/format.ts'
import { Loaded } from '../ui/loaded.tsx'
import { Panel } from '../ui/panel.tsx'
import { counted } from '../ui/words.ts'
import { useEffectOfFeedback } from './use-detection.ts'

/** Whether labels have made detection better, on labels that it has not learned from. */
export function EffectPanel() {
  const query = useEffectOfFeedback()
  return (
    <Panel title="What feedback has done">
      <Loaded query={query} inset={false}>
        {(effect) => (
          <div className="space-y-3">
            <p>{effect.sentence}</p>
            <FigureList label="Effect of feedback" figures={figuresOf(effect)} />
          </div>
        )}
      </Loaded>
    </Panel>
  )
}

const figuresOf = ({ counts, cross_validated, since_training }: FeedbackEffect) => [
  {
    label: 'Labels',
    value: formatCount(counts.total),
    note: `by ${counted(counts.users, 'person', 'people')}, ${counts.by_state.QUARANTINED} wait for a review`,
  },
  { label: 'Right of what is told', ...change(cross_validated, 'precision') },
  { label: 'Told of what is real', ...change(cross_validated, 'recall') },
  ...(since_training
    ? [{ label: `Right since version ${since_training.version}`, ...change(since_training, 'precision') }]
    : []),
]

const change = ({ before, after }: LabelComparison, of: 'precision' | 'recall') => ({
  value: formatPercent(after[of]),
  note:
    before[of] === null ? 'too few labels to say' : `${formatPercent(before[of])} without what was learned`,
})
