import type { Persona } from '@aiops/contract/model/persona'
import { Link } from '@tanstack/react-router'
import { MessageCircleQuestionMark } from 'lucide-react'
import { buttonStyle } from '../ui/button.tsx'

export function AskButton({ persona }: { persona: Persona }) {
  return (
    <Link
      to="/ask"
      search={{ persona: persona.id }}
      className={buttonStyle({ look: 'strong', size: 'small' })}
      aria-label={`Ask this persona: ${persona.name}`}
    >
      <MessageCircleQuestionMark aria-hidden /> Ask this persona
    </Link>
  )
}
