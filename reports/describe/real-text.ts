/**
 * What is known of a case found on a real subject, in words, the same in every report: how often it
 * shows there, how it was made smaller, and whether the simulator shows it too. Pure.
 */
import type { Rate, RealEvidence } from '../result.ts';
import { plural } from './plural.ts';

/** e.g. `3 of 5 runs, and 1 more ended in an error`. */
export function rateText({ shown, of, failed }: Rate): string {
  const runs = `${shown} of ${plural(of, 'run')}`;
  return failed === 0 ? runs : `${runs}, and ${failed} more ended in an error`;
}

/** How often the case shows where it was found, e.g. `shown by 3 of 5 runs on processes`. */
export function shownText({
  subject,
  rate,
  rateAsFound,
  shrunkOn,
  triesMax,
}: RealEvidence): string {
  if (rate === null) return `found on ${subject}; not run again`;
  if (rate.shown === 0) {
    return `found on ${subject}, and not again: ${rateText(rate)}; kept as it was found`;
  }
  const shown = `shown by ${rateText(rate)} on ${subject}`;
  if (shrunkOn === 'simulator') return `${shown}; made smaller in the simulator`;
  if (shrunkOn === null) return `${shown}; as it was found`;
  const before = rateAsFound === null ? '' : `, where ${rateText(rateAsFound)} showed it as found`;
  const tries = triesMax === null ? '' : ` and a candidate had up to ${plural(triesMax, 'run')}`;
  return `${shown}; made smaller there${before}${tries}`;
}

/**
 * Whether the simulator shows it; `replay` is the command that runs the case where it was found.
 */
export function simulatorText(
  { showsInSimulator, anomaliesInSimulator }: RealEvidence,
  replay: string,
): { readonly sentence: string; readonly command: string | null } {
  if (showsInSimulator) {
    const sentence = 'Also shows in the simulator. Replay it there, in milliseconds:';
    return { sentence, command: `${replay} --subject simulator` };
  }
  const instead =
    anomaliesInSimulator.length === 0
      ? 'it takes real timing, network or disks, or what differs between the two engines'
      : `the same case shows ${anomaliesInSimulator.join(', ')} there`;
  return { sentence: `Does not show in the simulator: ${instead}.`, command: null };
}

/** Both, a line each. */
export function realLines(real: RealEvidence | null, replay: string): string[] {
  if (real === null) return [];
  const { sentence, command } = simulatorText(real, replay);
  return [shownText(real), command === null ? sentence : `${sentence} ${command}`];
}
