/** Plots for the documentation, drawn by ECharts as SVG text: the same numbers give the same text. */
import { init } from 'echarts';

/** A line of a plot. */
export interface PlotLine {
  readonly name: string;
  readonly x: readonly number[];
  readonly y: readonly number[];
  /** How far the shaded band around the line reaches, below and above. */
  readonly band?: { readonly low: readonly number[]; readonly high: readonly number[] };
}

/** What a plot shows. */
export interface Plot {
  readonly title: string;
  readonly xName: string;
  readonly yName: string;
  readonly lines: readonly PlotLine[];
  /** Logarithmic y; default false. */
  readonly logarithmic?: boolean;
}

const size = { width: 720, height: 420 };
/** Okabe & Ito's palette, which people with any colour vision can tell apart. */
const palette = ['#0072B2', '#D55E00', '#009E73', '#CC79A7', '#E69F00', '#56B4E9', '#000000'];

/** A plot of lines over a common x axis, as SVG. */
export function linePlot({ title, xName, yName, lines, logarithmic = false }: Plot): string {
  const series = lines.flatMap(({ name, x, y, band }, i) => {
    const color = palette[i % palette.length]!;
    const line = { type: 'line', name, color, showSymbol: false, data: pairs(x, y), lineStyle: { width: 2 } };
    return band === undefined ? [line] : [area(name, color, x, band), line];
  });
  return draw({
    title: { text: title, left: 'center', textStyle: { fontSize: 15 } },
    legend: { bottom: 0, icon: 'roundRect', data: lines.map(({ name }) => name) },
    grid: { left: 70, right: 24, top: 40, bottom: 110 },
    xAxis: {
      type: 'value',
      name: xName,
      nameLocation: 'middle',
      nameGap: 26,
      min: 'dataMin',
      max: 'dataMax',
      axisLabel: { formatter: short },
    },
    yAxis: {
      type: logarithmic ? 'log' : 'value',
      name: yName,
      nameLocation: 'middle',
      nameGap: 50,
      scale: true,
      axisLabel: { formatter: short },
    },
    series,
  });
}

/** A bar of a plot. */
export interface Bar {
  readonly name: string;
  readonly value: number;
}

/** Horizontal bars from top to bottom, on a logarithmic scale, as SVG. */
export function barPlot(title: string, xName: string, bars: readonly Bar[]): string {
  const least = Math.min(...bars.map(({ value }) => value));
  return draw({
    title: { text: title, left: 'center', textStyle: { fontSize: 15 } },
    grid: { left: 250, right: 70, top: 40, bottom: 50 },
    xAxis: {
      type: 'log',
      startValue: 10 ** Math.floor(Math.log10(least)),
      name: xName,
      nameLocation: 'middle',
      nameGap: 26,
      axisLabel: { formatter: short },
    },
    yAxis: {
      type: 'category',
      inverse: true,
      data: bars.map(({ name }) => name),
      axisLabel: { width: 230, overflow: 'break' },
    },
    series: [
      {
        type: 'bar',
        data: bars.map(({ value }) => value),
        color: palette[0],
        barWidth: '60%',
        label: {
          show: true,
          position: 'right',
          formatter: ({ value }: { value: number }) => short(value),
        },
      },
    ],
  });
}

function draw(option: object): string {
  const chart = init(null, null, { renderer: 'svg', ssr: true, ...size });
  chart.setOption({ backgroundColor: '#ffffff', animation: false, ...option });
  const svg = chart.renderToSVGString();
  chart.dispose();
  // ECharts numbers its charts and their classes, so that a plot would depend on how many were drawn before it.
  const first = Number(/zr-cls-(\d+)/.exec(svg)?.[1]);
  return `${svg
    .replace(/\bzr\d+-/g, 'zr-')
    .replace(/\bzr-cls-(\d+)/g, (_, number) => `zr-cls-${Number(number) - first}`)}\n`;
}

/** The band between two lines, as one polygon: ECharts can only fill down to an axis. */
function area(
  name: string,
  color: string,
  x: readonly number[],
  { low, high }: Required<PlotLine>['band'],
): object {
  const border = [...pairs(x, low), ...pairs(x, high).reverse()];
  return {
    type: 'custom',
    name,
    color,
    silent: true,
    clip: true,
    data: border,
    renderItem: (
      { dataIndex }: { dataIndex: number },
      { coord }: { coord: (point: readonly number[]) => number[] },
    ) =>
      dataIndex === 0 && {
        type: 'polygon',
        shape: { points: border.map((point) => coord(point)) },
        style: { fill: color, opacity: 0.15 },
      },
  };
}

function pairs(x: readonly number[], y: readonly number[]): [number, number][] {
  return x.map((value, i) => [value, y[i]!]);
}

/** 1500000 as 1.5M. */
function short(value: number): string {
  return Intl.NumberFormat('en', { notation: 'compact', maximumSignificantDigits: 3 }).format(value);
}
