import { className } from '../ui/class-name.ts'

/** Where one is in the wizard; steps already done can be gone back to. */
export function AddSteps({
  titles,
  step,
  onStep,
}: {
  titles: readonly string[]
  step: number
  onStep: ((step: number) => void) | undefined
}) {
  return (
    <ol aria-label="Steps" className="mb-4 flex gap-1 sm:gap-2">
      {titles.map((title, i) => {
        const n = i + 1
        const back = n < step && onStep !== undefined
        return (
          <li key={title} className="flex-1">
            <button
              type="button"
              disabled={!back}
              aria-current={n === step ? 'step' : undefined}
              onClick={() => onStep?.(n)}
              className={className(
                'w-full border-t-4 px-1 pt-1.5 text-left text-ink-mute',
                n <= step ? 'border-accent' : 'border-line-strong',
                n === step && 'font-semibold text-ink',
                back && 'hover:text-ink hover:underline',
              )}
            >
              <span className="hidden sm:inline">{n}. </span>
              {title}
            </button>
          </li>
        )
      })}
    </ol>
  )
}
