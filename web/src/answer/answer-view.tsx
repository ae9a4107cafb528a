import type { Answer } from '@aiops/contract/model/answer'
import { useMemo } from 'react'
import { CopyButton } from '../ui/copy-button.tsx'
import { AnswerChart } from './answer-chart.tsx'
import { AnswerTable } from './answer-table.tsx'
import { CheckedSection, NotCheckedList } from './checked-section.tsx'
import { EngineLine } from './engine-line.tsx'
import { EvidenceButton } from './evidence-drawer.tsx'
import { ProposalCard } from './proposal-card.tsx'
import { Prose } from './prose.tsx'
import { QuestionChips } from './question-chips.tsx'
import { SourcesContext, sourcesOf } from './sources.ts'

type AnswerViewProps = {
  answer: Answer
  /** Asks what a chip says; chips are left out without it. */
  onAsk?: ((question: string) => void) | undefined
}

/** An answer anywhere: the finding first, then what shows it, what limits it, and what to ask next. */
export function AnswerView({ answer, onAsk }: AnswerViewProps) {
  const sources = useMemo(() => sourcesOf(answer.evidence, answer.checked), [answer])
  return (
    <SourcesContext value={sources}>
      <div className="min-w-0 space-y-3">
        <Prose text={answer.text} />
        {answer.proposal && <ProposalCard proposal={answer.proposal} />}
        <QuestionChips label="What did you mean?" questions={answer.choices} onAsk={onAsk} strong />
        {answer.charts.map((spec) => (
          <AnswerChart key={`${spec.title} ${spec.query}`} spec={spec} />
        ))}
        {answer.tables.map((table) => (
          <AnswerTable key={table.title} table={table} />
        ))}
        <NotCheckedList answer={answer} />
        {answer.model_note !== null && (
          <p className="text-ink-soft text-sm wrap-anywhere">{answer.model_note}</p>
        )}
        <div className="space-y-1">
          <CheckedSection answer={answer} />
          <div className="flex flex-wrap items-center gap-x-2">
            <EngineLine answer={answer} />
            <EvidenceButton answer={answer} />
            <CopyButton text={answer.text} label="Copy the answer" />
          </div>
        </div>
        <QuestionChips
          label="Ask next"
          questions={answer.suggestions.map((question) => ({ text: question, question }))}
          onAsk={onAsk}
        />
      </div>
    </SourcesContext>
  )
}
