import { Button } from '../ui/button.tsx'

type QuestionChipsProps = {
  label: string
  questions: readonly { text: string; question: string }[]
  onAsk: ((question: string) => void) | undefined
  /** The reader must choose one of them to go on. */
  strong?: boolean
}

/** Questions to ask next by one press. Nothing where nobody can ask. */
export function QuestionChips({ label, questions, onAsk, strong = false }: QuestionChipsProps) {
  if (questions.length === 0 || !onAsk) return null
  return (
    <ul aria-label={label} className="flex flex-wrap gap-2">
      {questions.map(({ text, question }) => (
        <li key={question} className="max-w-full">
          <Button
            className={`h-auto min-h-8 max-w-full whitespace-normal rounded-2xl py-1 text-left font-normal ${strong ? 'border-accent text-accent' : ''}`}
            title={question}
            onClick={() => onAsk(question)}
          >
            {text}
          </Button>
        </li>
      ))}
    </ul>
  )
}
