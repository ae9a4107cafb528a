import { hoursPerMonth } from '@aiops/contract/model/money'
import { FigureList } from '../ui/figure-list.tsx'
import { formatCount, formatProbability, missing } from '../ui/format.ts'
import { counted } from '../ui/words.ts'
import type { CostSearchChange } from './cost-search.ts'
import { Amount, Hourly, Monthly } from './money.tsx'
import { silentSeconds } from './silent.ts'
import type { CostOverview } from './use-cost.ts'

type SpendFiguresProps = { overview: CostOverview; onChange: CostSearchChange }

/** By the hour and by the month each have their own figure, and say which they are. */
export function SpendFigures({ overview, onChange }: SpendFiguresProps) {
  const { spend, decisions, predicted_monthly_usd, realised_usd } = overview
  const { last_24h, moves_24h, mean_confidence } = decisions
  const unknown = spend.unknown.length
  const old = spend.by_service.filter(
    ({ hourly_usd, age_seconds }) => hourly_usd !== null && (age_seconds ?? Infinity) > silentSeconds,
  ).length
  const unpriced = 'Nothing says what anything costs where it runs.'
  return (
    <FigureList
      label="Spend and savings"
      figures={[
        {
          label: 'Spend by the hour',
          value: <Hourly large value={spend.current_hourly_usd} why={unpriced} />,
          note:
            old > 0 ? (
              <span className="text-high">{counted(old, 'service')} by rates of long ago</span>
            ) : unknown === 0 ? (
              counted(spend.by_service.length, 'service')
            ) : (
              `without ${counted(unknown, 'service')} of unknown cost`
            ),
          ...(unknown > 0 ? { title: spend.unknown.slice(0, 30).join(', ') } : {}),
        },
        {
          label: 'Spend by the month',
          value: <Monthly large value={spend.monthly_usd} why={unpriced} />,
          note: `if it stays so, × ${hoursPerMonth} h`,
        },
        {
          label: 'Open moves could save',
          value: <Monthly large value={predicted_monthly_usd} why="No move is recommended or held." />,
          note: 'predicted, p50',
        },
        {
          label: 'Moves have saved',
          value: <Amount value={realised_usd} why="No move has been measured yet." />,
          note: (
            <button
              type="button"
              className="text-left text-accent hover:underline"
              onClick={() => onChange({ tab: 'savings' })}
            >
              realised, by decision
            </button>
          ),
        },
        {
          label: 'Decisions in 24 h',
          value: formatCount(last_24h),
          note: `${counted(moves_24h, 'move')} carried out`,
        },
        {
          label: 'Mean confidence',
          value: mean_confidence === null ? missing : formatProbability(mean_confidence),
          note: mean_confidence === null ? 'no move was decided in 24 h' : 'of moves decided in 24 h',
        },
      ]}
    />
  )
}
