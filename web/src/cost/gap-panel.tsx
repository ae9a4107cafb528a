import type { Decision } from '@aiops/contract/model/decision'
import { DecisionPart } from './decision-part.tsx'
import { factorWord } from './decision-word.ts'
import { factorColour, scoreFactors } from './score-parts.ts'

/** What makes the difference: each factor's part, for or against; the parts sum to the gap. */
export function GapPanel({ decision: { gap, to, from } }: { decision: Decision }) {
  if (!gap) return null
  const rows = scoreFactors.flatMap((factor) => {
    const part = gap.parts[factor]
    return part === undefined ? [] : [{ factor, part }]
  })
  const most = Math.max(1e-9, ...rows.map(({ part }) => Math.abs(part)))
  const winner = to ?? from ?? 'the best option'
  return (
    <DecisionPart title="Gap" note={`${winner} against ${gap.against}`}>
      <table className="w-full">
        <caption className="sr-only">Weighted differences that sum to the gap</caption>
        <tbody>
          {rows.map(({ factor, part }) => (
            <tr key={factor}>
              <th scope="row" className="w-24 py-0.5 pr-2 text-left font-normal text-ink-soft">
                {factorWord[factor]}
              </th>
              <td>
                <div aria-hidden className="relative h-3 rounded bg-sunken">
                  <span className="absolute inset-y-0 left-1/2 w-px bg-line-strong" />
                  <span
                    className="absolute inset-y-0 rounded-sm"
                    style={{
                      background: factorColour[factor],
                      width: `${(Math.abs(part) / most) * 50}%`,
                      ...(part < 0 ? { right: '50%' } : { left: '50%' }),
                    }}
                  />
                </div>
              </td>
              <td className="w-20 pl-2 text-right">{signed(part)}</td>
            </tr>
          ))}
          <tr className="border-t font-medium">
            <th scope="row" className="py-1 text-left font-medium">
              Sum
            </th>
            <td className="text-ink-mute text-xs">
              {gap.total >= 0 ? `${winner} is ahead` : `${gap.against} is ahead`}
            </td>
            <td className="pl-2 text-right">{signed(gap.total)}</td>
          </tr>
        </tbody>
      </table>
    </DecisionPart>
  )
}

const signed = (value: number): string =>
  Math.abs(value) < 0.0005 ? '0.000' : `${value < 0 ? '−' : '+'}${Math.abs(value).toFixed(3)}`
