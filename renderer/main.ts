/**
 * Starts the interface in the page.
 */
import { mount } from 'svelte';
import AppView from './App.svelte';
import { connectToHost } from './bridge.ts';
import './look.css';
import { App } from './state/app.svelte.ts';

const app = new App(connectToHost(), window.history, window.location.hash);
mount(AppView, { target: document.body, props: { app } });
