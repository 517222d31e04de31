/**
 * Starts the interface in the page.
 */
import { mount } from 'svelte';
import AppView from './App.svelte';
import { connectToHost } from './bridge/connect.ts';
import './look.css';
import { framePicturesThatFail } from './missing.ts';
import { App } from './state/app.svelte.ts';

framePicturesThatFail(document);
const { history, location, sessionStorage } = window;
const app = new App(connectToHost(), history, location.hash, sessionStorage);
mount(AppView, { target: document.body, props: { app } });
