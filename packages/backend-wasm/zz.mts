import { encodeModule, Locals } from './src/assembler/index.ts';
import v8 from 'node:v8'; v8.setFlagsFromString('--experimental-wasm-relaxed-simd');
const mem = new WebAssembly.Memory({initial:1, maximum: 1});
function make(kind: string, accs: number) {
  const locals = new Locals(); const a = locals.add('v128'), b = locals.add('v128'), i = locals.add('i32');
  const s = Array.from({length: accs}, () => locals.add('v128'));
  const p = locals.add('i32'); const q = locals.add('i32'); let cnt = 0;
  const L = (o:number, op='v128.load'): any => [['local.get',p],[op,o]];
  const fma = (x: any, y: any, z: any) => [x,y,z,['f32x4.relaxed_madd']];
  const kinds: any = {
   fma: (x:number) => [fma(['local.get',a],['local.get',b],['local.get',x]),['local.set',x]],
   load: (x:number) => [fma(['local.get',a],L(64),['local.get',x]),['local.set',x]],
   loadd: (x:number) => [fma(['local.get',a],L(64+16*(cnt++%20)),['local.get',x]),['local.set',x]],
   loadhalf: (x:number,i:number) => [fma(['local.get',a],i%2?L(64+16*(cnt++%20)):['local.get',b],['local.get',x]),['local.set',x]],
   splathalf: (x:number,i:number) => [fma(['local.get',a],i%2?L(64+16*(cnt++%20),'v128.load32_splat'):['local.get',b],['local.get',x]),['local.set',x]],
   loadadd: (x:number) => [['local.get',x],L(64+16*(cnt++%20)),['f32x4.add'],['local.set',x]],
   muladd: (x:number,i:number) => [['local.get',a],i%2?L(64+16*(cnt++%20)):['local.get',b],['f32x4.mul'],['local.get',x],['f32x4.add'],['local.set',x]],
  };
  const step = (): any => s.map((x,i) => kinds[kind](x,i));
  const code: any = [['i32.const',64],['v128.load',0],['local.set',a],['i32.const',80],['v128.load',0],['local.set',b],['i32.const',1000],['local.set',i],['loop'],step(),step(),step(),step(),['local.get',i],['i32.const',1],['i32.sub'],['local.tee',i],['br_if',0],['end'],s.map(x=>[['i32.const',0],['local.get',x],['v128.store',128]])];
  const {exports} = new WebAssembly.Instance(new WebAssembly.Module(encodeModule([{name:'run',locals,code,exported:true}],{shared:false,maximum:1})),{host:{memory:mem}});
  return exports['run'] as ()=>void;
}
for (const [k,n] of [['loadd',8]] as const) {
  const f = make(k,n); for (let i=0;i<2000;i++) f(); await new Promise(r=>setTimeout(r,100));
  let best=1e9; for (let r=0;r<300;r++) { const t=performance.now(); for (let i=0;i<20;i++) f(); best=Math.min(best,(performance.now()-t)/20); }
  console.log(k,n,(4000*n*8/best/1e6).toFixed(1),'GFLOP/s');
}
