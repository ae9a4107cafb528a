import type { DecisionTest } from '@aiops/contract/model/decision'
import { Check, X } from 'lucide-react'
import { DecisionPart } from './decision-part.tsx'
import { testWord } from './decision-word.ts'

/** All that must be so before something is moved; what is not so comes first. */
export function TestPanel({ tests }: { tests: readonly DecisionTest[] }) {
  if (tests.length === 0) return null
  const rows = [...tests.filter(({ passed }) => !passed), ...tests.filter(({ passed }) => passed)]
  const passed = tests.filter((test) => test.passed).length
  return (
    <DecisionPart title="Tests" note={`${passed} of ${tests.length} passed`}>
      <ul className="divide-y rounded-md border">
        {rows.map((test) => (
          <li key={test.name} className="flex items-start gap-2.5 px-3 py-1.5">
            {test.passed ? (
              <Check aria-label="Passed" className="mt-0.5 size-4 shrink-0 text-ok" />
            ) : (
              <X aria-label="Not passed" className="mt-0.5 size-4 shrink-0 text-critical" />
            )}
            <span className="w-36 shrink-0 font-medium max-sm:w-28">{testWord[test.name]}</span>
            <span className="wrap-anywhere min-w-0 text-ink-soft">{test.detail}</span>
          </li>
        ))}
      </ul>
    </DecisionPart>
  )
}
