/** What is wrong with the field above it. */
export function ProblemText({ text }: { text: string | undefined }) {
  return text === undefined ? null : (
    <p role="alert" className="break-words text-critical text-xs">
      {text}
    </p>
  )
}
