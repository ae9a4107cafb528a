import { Link } from '@tanstack/react-router'
import { Hourly, Monthly } from '../cost/money.tsx'
import { FigureList } from '../ui/figure-list.tsx'
import { counted } from '../ui/words.ts'
import { useCostGlance } from './use-cost-glance.ts'

/** What is spent now and what waits for a person; nothing at all where neither is used. */
export function CostTile() {
  const { overview, open, waiting } = useCostGlance()
  const spends = overview !== undefined && overview.spend.by_service.length > 0
  const link = 'text-accent hover:underline'
  const figures = [
    ...(spends
      ? [
          {
            label: 'Spend by the hour',
            value: (
              <Hourly large value={overview.spend.current_hourly_usd} why="Nothing tells what it costs." />
            ),
            note: (
              <Link to="/cost" className={link}>
                {counted(overview.spend.by_service.length, 'service')}
              </Link>
            ),
          },
          {
            label: 'Open moves could save',
            value: (
              <Monthly large value={overview.predicted_monthly_usd} why="No move is recommended or held." />
            ),
            note: (
              <Link to="/cost" search={{ tab: 'decisions', state: ['RECOMMENDED', 'HELD'] }} className={link}>
                {open === undefined ? 'decisions' : counted(open, 'open decision')}
              </Link>
            ),
          },
        ]
      : []),
    ...(waiting !== undefined && waiting > 0
      ? [
          {
            label: 'Await approval',
            value: waiting,
            tone: 'medium' as const,
            note: (
              <Link to="/deployments" search={{ state: ['AWAITING_APPROVAL'] }} className={link}>
                {waiting === 1 ? 'deployment' : 'deployments'}
              </Link>
            ),
          },
        ]
      : []),
  ]
  return figures.length === 0 ? null : <FigureList label="Cost and changes" figures={figures} />
}
