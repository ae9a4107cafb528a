import { Link } from '@tanstack/react-router'
import { MessageCircleQuestionMark } from 'lucide-react'
import { buttonStyle } from '../ui/button.tsx'

/** Opens a conversation with a question that stands ready; the reader sends it, or writes another. */
export function AskLink({ question, small = false }: { question: string; small?: boolean }) {
  return (
    <Link
      to="/chat"
      search={{ q: question }}
      className={buttonStyle(small ? { size: 'small' } : {})}
      title={question}
    >
      <MessageCircleQuestionMark aria-hidden /> Ask about this
    </Link>
  )
}
