/**
 * Makes the data files of this folder from the `vega-datasets` package, reproducibly: see README.md
 * here. Pure functions of the package's files; run as a program it prints one extract.
 *
 *     npx node scenarios/data/extract.ts earthquakes > scenarios/data/earthquakes.json
 *     npx node scenarios/data/extract.ts flights > scenarios/data/flights.json
 */

/** `[time, updated, network, magnitude]`: ms of the epoch, a network's code, a number. */
export type Earthquake = readonly [number, number, string, number];
/** `[departure, delay, origin, destination]`: minutes since 2001-01-01 00:00, minutes, airports. */
export type Flight = readonly [number, number, string, string];

export interface Extract<Row> {
  readonly source: string;
  readonly columns: readonly string[];
  readonly rows: readonly Row[];
}

/** Flights are taken from the first seven days of the file. */
const flightDays = 7;

interface EarthquakeFeed {
  readonly features: readonly {
    readonly properties: {
      readonly time: number;
      readonly updated: number;
      readonly net: string;
      readonly mag: number;
    };
  }[];
}

/** All events of `earthquakes.json`, in order of their last update. */
export function extractEarthquakes(feed: unknown): Extract<Earthquake> {
  const { features } = feed as EarthquakeFeed;
  const rows = features.map(({ properties: { time, updated, net, mag } }): Earthquake => [
    time,
    updated,
    net,
    mag,
  ]);
  rows.sort((a, b) => a[1] - b[1] || a[0] - b[0]);
  return {
    source: 'vega-datasets 3.2.1, data/earthquakes.json',
    columns: ['time', 'updated', 'network', 'magnitude'],
    rows,
  };
}

interface FlightRow {
  readonly date: string;
  readonly delay: number;
  readonly origin: string;
  readonly destination: string;
}

/** The first days of `flights-20k.json`, in order of departure plus delay. */
export function extractFlights(table: unknown): Extract<Flight> {
  const start = Date.UTC(2001, 0, 1);
  const rows = (table as readonly FlightRow[])
    .map(({ date, delay, origin, destination }): Flight => {
      const [year, month, day, hour, minute] = date.split(/\D/).map(Number) as Fields;
      const departure = (Date.UTC(year, month - 1, day, hour, minute) - start) / 60_000;
      return [departure, delay, origin, destination];
    })
    .filter(([departure]) => departure < flightDays * 24 * 60);
  rows.sort((a, b) => a[0] + a[1] - b[0] - b[1] || a[0] - b[0]);
  return {
    source: 'vega-datasets 3.2.1, data/flights-20k.json',
    columns: ['departure', 'delay', 'origin', 'destination'],
    rows,
  };
}

type Fields = [number, number, number, number, number];

async function main(name: string | undefined): Promise<void> {
  const load = async (file: string): Promise<unknown> => {
    const url = new URL(`../../node_modules/vega-datasets/data/${file}`, import.meta.url).href;
    const module = (await import(url, { with: { type: 'json' } })) as { default: unknown };
    return module.default;
  };
  if (name === 'earthquakes') print(extractEarthquakes(await load('earthquakes.json')));
  else if (name === 'flights') print(extractFlights(await load('flights-20k.json')));
  else throw new TypeError(`no extract named "${name}": earthquakes or flights`);
}

/** One row a line, as the project's formatter leaves it. */
function print(extract: Extract<Earthquake | Flight>): void {
  const cell = (value: number | string): string => JSON.stringify(value);
  const list = (values: readonly (number | string)[]): string => `[${values.map(cell).join(', ')}]`;
  console.log('{');
  console.log(`  "source": ${JSON.stringify(extract.source)},`);
  console.log(`  "columns": ${list(extract.columns)},`);
  console.log(`  "rows": [`);
  console.log(extract.rows.map((row) => `    ${list(row)}`).join(',\n'));
  console.log('  ]');
  console.log('}');
}

if (import.meta.main) await main(process.argv[2]);
